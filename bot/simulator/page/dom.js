// Elements are made here and nowhere else, and text is always text.

export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function makeButton(className, label, pressed) {
  const button = make("button", className, label);
  button.type = "button";
  button.addEventListener("click", pressed);
  return button;
}

export const byId = (id) => document.getElementById(id);

export async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}
