// The words in the language that the address asks for, or else the browser.

import { ENGLISH } from "./english.js";
import { RUSSIAN } from "./russian.js";

const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "en";
export const language = asked.toLowerCase().startsWith("ru") ? "ru" : "en";
// Dates in the browser's own way of the language, if it has one.
export const locale = navigator.language.startsWith(language) ? navigator.language : language;
const words = language === "ru" ? RUSSIAN : ENGLISH;

export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function sayAll() {
  document.documentElement.lang = language;
  document.title = say("banner");
  for (const place of document.querySelectorAll("[data-say]")) {
    place.textContent = say(place.dataset.say);
  }
}
