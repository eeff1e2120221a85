// The middle: the open chat with its topics, its pinned message and what was said.

import { byId, make, makeButton, renew } from "./dom.js";
import { bubbleOf, show } from "./message.js";
import {
  current, faceOf, isMine, isShown, messagesIn, messagesOf, model, openChat, remember, shownThread, unreadIn,
} from "./model.js";
import { unreadMark } from "./lists.js";
import { say } from "./words.js";

const MOST = 300; // messages shown

export function showTitle() {
  const chat = openChat();
  const kind = chat.kind === "private" ? say("private") : say("members", { count: chat.members.length });
  byId("title").replaceChildren(faceOf(chat).name, make("small", "", kind));
}

export function showTabs(enter) {
  const chat = openChat();
  byId("tabs").hidden = !chat.is_forum;
  if (!chat.is_forum) return;
  const tabs = [{ id: null, name: say("general") }, ...chat.topics];
  renew(byId("tabs"), tabs.map((topic) => {
    const label = topic.closed ? `🔒 ${topic.name}` : topic.name;
    const tab = makeButton("tab", label, () => enter(chat.id, topic.id));
    tab.dataset.topic = `${chat.id}/${topic.id}`;
    tab.append(unreadMark(unreadIn(chat.id, topic.id)));
    tab.ariaCurrent = String(topic.id === model.thread);
    return tab;
  }));
}

export function showPin() {
  const pins = (openChat().pinned || []).map((id) => messagesOf(model.open).get(id));
  const pinned = pins.filter((message) => message && !message.deleted && isShown(message)).pop();
  byId("pin").hidden = !pinned;
  if (!pinned) return;
  const words = makeButton("pin-words", `📌 ${current(pinned).text}`, () => show(pinned.message_id));
  words.dataset.message = pinned.message_id;
  renew(byId("pin"), [words]);
}

export function showMessages() {
  const list = messagesIn(model.open, shownThread()).slice(-MOST).map(bubbleOf);
  byId("messages").replaceChildren(...(list.length ? list : [make("p", "quiet", say("empty"))]));
  byId("messages").scrollTop = byId("messages").scrollHeight;
}

export function showMessage(message) {
  messagesOf(message.chat_id).set(message.message_id, message);
  if (!isShown(message)) return;
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  redraw(message);
  if (atEnd || isMine(message)) list.scrollTop = list.scrollHeight;
  remember();
}

function redraw(message) {
  const before = byId(`m${message.message_id}`);
  if (before) before.replaceWith(bubbleOf(message));
  else if (message.message_id > lastShown()) append(bubbleOf(message));
}

const lastShown = () => Number(byId("messages").lastElementChild?.id.slice(1) || 0);

function append(bubble) {
  const list = byId("messages");
  list.querySelector(":scope > .quiet")?.remove();
  bubble.classList.add("new");
  list.append(bubble);
  if (list.children.length > MOST) list.firstChild.remove();
}

export function redrawIfShown(chatId, messageId) {
  const message = messagesOf(chatId).get(messageId);
  if (message && isShown(message) && byId(`m${messageId}`)) redraw(message);
}

