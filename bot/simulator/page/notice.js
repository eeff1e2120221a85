// What passes by: a toast, an alert, the question before a link is opened.

import { byId } from "./dom.js";

let timer = 0;

export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { place.hidden = true; }, 5000);
}

export function alertWith(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export function offerLink(url) {
  byId("link-url").textContent = url;
  byId("link-open").href = url;
  byId("link").showModal();
}

// Do what a person asked for, and say so where it is refused.
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
