// The right side: the log of the bots' calls and what the chats took in the last minute.

import { byId, make } from "./dom.js";
import { locale, say } from "./words.js";

const MOST = 200;

export function addCall(call) {
  if (call.method === "getUpdates" && call.ok && !byId("polls").checked) return;
  const calls = byId("calls");
  const row = make("details", `call ${call.ok ? "ok" : "bad"}`, summaryOf(call));
  row.addEventListener("toggle", () => fill(row, call), { once: true });
  calls.prepend(row);
  while (calls.children.length > MOST) calls.lastChild.remove();
}

function summaryOf(call) {
  const at = new Date(call.at * 1000).toLocaleTimeString(locale);
  return make(
    "summary", "",
    make("span", "call-at", at),
    make("span", "call-method", call.method),
    make("span", "call-status", call.fault || String(call.status)),
  );
}

function fill(row, call) {
  const { parameters, result, description, warnings, seconds } = call;
  const shown = { parameters, result, description, warnings, seconds };
  row.append(make("pre", "", JSON.stringify(shown, null, 2)));
}

export function showRates(chats, rates) {
  const known = chats.filter((chat) => rates.chats[chat.id]);
  const rows = known.map((chat) => rateOf(chat, rates.chats[chat.id], rates.limits));
  byId("rates").replaceChildren(...(rows.length ? rows : [make("p", "quiet", say("ratesNone"))]));
}

function rateOf(chat, rate, limits) {
  const limit = chat.kind === "private" ? 60 * limits.chat_per_second : limits.group_per_minute;
  const meter = make("meter");
  Object.assign(meter, { min: 0, max: limit, high: limit * 0.8, optimum: 0, value: rate.taken });
  meter.ariaLabel = chat.title;
  return make(
    "div", "rate",
    make("span", "", chat.title), make("span", "count", `${rate.taken} / ${limit}`),
    meter, make("small", "quiet", say("mostRefused", rate)),
  );
}
