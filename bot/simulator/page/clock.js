// The simulator's clock: seen, frozen, moved on.

import { ask, byId } from "./dom.js";
import { locale, say } from "./words.js";

let clock = { now: 0, frozen: false };
let readAt = 0;

export function showClock(read) {
  clock = read;
  readAt = Date.now();
  byId("clock-freeze").textContent = say(clock.frozen ? "clockResume" : "clockFreeze");
  tick();
}

export function tick() {
  const gone = clock.frozen ? 0 : Date.now() - readAt;
  byId("clock").textContent = new Date(clock.now * 1000 + gone).toLocaleString(locale);
}

const move = (body) => ask("/sim/clock", body).then(showClock);

export function furnishClock() {
  byId("clock-freeze").addEventListener("click", () => move({ action: clock.frozen ? "real" : "freeze" }));
  for (const button of document.querySelectorAll("[data-seconds]")) {
    button.addEventListener("click", () => move({ action: "advance", seconds: Number(button.dataset.seconds) }));
  }
}
