// What may be done to a message besides its buttons.

import { answer, correct } from "./compose.js";
import { ask } from "./dom.js";
import { isMine, leads, model, openChat, pathOf, speaker } from "./model.js";
import { attempt } from "./notice.js";
import { say } from "./words.js";

export const REACTIONS = ["👍", "👀", "🔥", "🎉"];

export function actsOf(message) {
  const mayDelete = isMine(message) || openChat().kind === "private" || leads(openChat(), model.me);
  return [
    [say("reply"), () => answer(message)],
    ...(isMine(message) ? [[say("edit"), () => correct(message)]] : []),
    ...(mayDelete ? [[say("delete"), () => remove(message)]] : []),
  ];
}

// The same emoji again takes it back.
export function react(message, emoji) {
  const mine = message.reactions[speaker() ?? model.me] || [];
  const emojis = mine.includes(emoji) ? [] : [emoji];
  const body = { user_id: model.me, emojis, as_chat: speaker() };
  return attempt(() => ask(`${pathOf(message)}/react`, body));
}

const remove = (message) => attempt(() => ask(pathOf(message), undefined, "DELETE"));
