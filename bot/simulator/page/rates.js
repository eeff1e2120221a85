// What the chats took in the last minute, and what waits for the bots.

import { byId, make, renew } from "./dom.js";
import { faceOf } from "./model.js";
import { say } from "./words.js";

export function showRates(chats, rates) {
  const known = chats.filter((chat) => rates.chats[chat.id]);
  const rows = known.map((chat) => rateOf(chat, rates.chats[chat.id], rates.limits));
  renew(byId("rates"), rows.length ? rows : [make("p", "quiet", say("ratesNone"))]);
}

function rateOf(chat, rate, limits) {
  const limit = chat.kind === "private" ? 60 * limits.chat_per_second : limits.group_per_minute;
  const meter = make("meter");
  Object.assign(meter, { min: 0, max: limit, high: limit * 0.8, optimum: 0, value: rate.taken });
  meter.ariaLabel = chat.title;
  const name = chat.kind === "private" ? `${chat.title} ↔ ${faceOf(chat).name}` : chat.title;
  return make(
    "div", "rate",
    make("span", "", name), make("span", "count", `${rate.taken} / ${limit}`),
    meter, make("small", "quiet", say("mostRefused", rate)),
  );
}

export function showPending(bots) {
  renew(byId("pending"), bots.map((bot) => make(
    "p", "pending-bot",
    make("span", "", `@${bot.username}`),
    make("span", "count", String(bot.pending)),
    make("small", "quiet", bot.webhook || say("polling")),
  )));
}
