// First steps for who has never seen the product; ticked off as they happen.

import { byId, make } from "./dom.js";
import { say } from "./words.js";

const STEPS = ["stepCard", "stepPress", "stepWeb", "stepWrite"];
const done = new Set(JSON.parse(localStorage.getItem("steps") || "[]"));

export function finish(step) {
  if (done.has(step)) return;
  done.add(step);
  localStorage.setItem("steps", JSON.stringify([...done]));
  showGuide();
}

export function showGuide() {
  byId("guide-count").textContent = `${done.size}/${STEPS.length}`;
  byId("steps").replaceChildren(
    ...STEPS.map((step) => make("li", done.has(step) ? "done" : "", say(step))),
  );
}

export function openGuide() {
  byId("guide").open = matchMedia("(min-width: 48rem)").matches && done.size < STEPS.length;
  showGuide();
}
