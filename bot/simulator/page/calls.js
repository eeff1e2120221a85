// The right side: what the bots asked of Telegram, and what came of it.

import { ask, byId, make } from "./dom.js";
import { locale, say } from "./words.js";

const MOST = 200;

export async function loadCalls() {
  byId("calls").replaceChildren();
  for (const call of await ask("/sim/calls?last=100")) addCall(call);
}

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
  const came = call.fault ? `⚡ ${call.fault}` : String(call.status || say("lostAnswer"));
  return make(
    "summary", "",
    make("span", "call-at", at),
    make("span", "call-method", call.method),
    make("span", "call-status", came),
  );
}

function fill(row, call) {
  const { parameters, result, description, warnings, seconds } = call;
  const shown = { parameters, result, description, warnings, seconds };
  row.append(make("pre", "", JSON.stringify(shown, null, 2)));
}
