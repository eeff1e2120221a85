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

export function makeSelect(options, chosen, picked) {
  const select = make("select", "", ...options.map(([value, label]) => {
    const option = make("option", "", label);
    option.value = value;
    option.defaultSelected = value === chosen;
    return option;
  }));
  select.addEventListener("change", () => picked(select.value));
  return select;
}

// What looks the same stays: whoever is about to click it does not lose it.
export function renew(place, children) {
  const fresh = make("div", "", ...children);
  if (fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
}

export const byId = (id) => document.getElementById(id);

export async function ask(path, body, method = body ? "POST" : "GET") {
  const response = await fetch(path, {
    method,
    headers: body && { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}
