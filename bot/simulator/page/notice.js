// What passes by: a toast, an alert, the question before a link is opened.

import { ask, byId } from "./dom.js";
import { model } from "./model.js";

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
  byId("link-follow").hidden = !/^https:\/\/t\.me\//.test(url);
  byId("link").showModal();
}

// A link to a bot leads nowhere on the web: it is followed here.
export function furnishLinks(enter) {
  byId("link-follow").addEventListener("click", () => attempt(async () => {
    const url = byId("link-url").textContent;
    const { chat_id: chat } = await ask("/sim/links/open", { user_id: model.me, url, chat_id: model.open });
    enter(chat);
  }));
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
