// One message as a bubble: its text, its history, its buttons, and what may be done to it.

import { actsOf, react, REACTIONS } from "./acts.js";
import { write } from "./compose.js";
import { byId, make, makeButton } from "./dom.js";
import { paint } from "./entities.js";
import { mediaOf } from "./media.js";
import { current, isMine, messagesOf } from "./model.js";
import { press, progressOf } from "./press.js";
import { serviceText } from "./service.js";
import { locale, say } from "./words.js";

const MOST_VERSIONS = 50;

export function bubbleOf(message) {
  const row = make("article", "message");
  row.id = `m${message.message_id}`;
  if (message.deleted || message.service) {
    row.classList.add("service");
    row.append(make("span", "pill", serviceText(message)));
    return row;
  }
  const mine = isMine(message);
  row.classList.toggle("mine", mine);
  row.classList.toggle("ephemeral", message.receiver_id !== null);
  if (!mine) row.append(avatarOf(message.from));
  row.append(make("div", "body", bubble(message, mine), keyboard(message), reactions(message)));
  row.append(menuOf(message));
  return row;
}

export function avatarOf(person) {
  const avatar = make("span", `avatar tint${Math.abs(person.id) % 6}`, [...person.name][0]);
  avatar.ariaHidden = "true";
  return avatar;
}

function bubble(message, mine) {
  const version = current(message);
  const name = make("div", "name", message.from.name);
  if (message.from.is_bot) name.append(" ", make("span", "badge", say("bot")));
  return make(
    "div", "bubble",
    mine ? null : name,
    replyOf(message),
    mediaOf(version),
    make("div", "words", paint(version.text, version.entities, write)),
    historyOf(message),
    footOf(message),
  );
}

function replyOf(message) {
  const answered = message.reply_to && messagesOf(message.chat_id).get(message.reply_to);
  if (!answered) return null;
  const words = message.quote || (answered.deleted ? say("deleted") : current(answered).text);
  const reply = makeButton("reply", "", () => show(answered.message_id));
  reply.append(make("b", "", answered.from.name), make("span", "", words.slice(0, 120)));
  return reply;
}

export function show(messageId) {
  const bubble = byId(`m${messageId}`);
  bubble?.scrollIntoView({ block: "center", behavior: "smooth" });
  bubble?.classList.add("new");
}

function historyOf(message) {
  if (message.versions.length < 2) return null;
  const summary = make("summary", "", `${say("edited")} · ${say("versions")}: ${message.versions.length}`);
  const history = make("details", "history", summary);
  // A card of a storm has hundreds: they are drawn for who asks.
  history.addEventListener("toggle", () => history.append(olderOf(message)), { once: true });
  return history;
}

function olderOf(message) {
  const older = message.versions.slice(0, -1).slice(-MOST_VERSIONS);
  return make("ol", "", ...older.map((version) => make(
    "li", "", make("small", "", timeText(version.at)),
    make("div", "", paint(version.text, version.entities, write)),
  )));
}

function footOf(message) {
  const marks = [
    message.receiver_id !== null ? say("onlyYou") : null,
    message.silent ? say("silent") : null,
  ].filter(Boolean).map((mark) => make("span", "", `${mark} · `));
  return make("div", "foot", ...marks, make("time", "", timeText(message.at)));
}

function timeText(at) {
  return new Date(at * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

function keyboard(message) {
  const markup = current(message).markup;
  if (!markup) return null;
  return make("div", "keyboard", ...markup.inline_keyboard.map((row) => make(
    "div", "keys", ...row.map((button) => key(message, button)),
  )));
}

const MARKS = { url: "↗", copy_text: "⧉", web_app: "▣", login_url: "↗" };

function key(message, button) {
  const style = ["danger", "success", "primary"].includes(button.style) ? button.style : "";
  const element = makeButton(`key ${style}`, button.text, () => press(message, button));
  const mark = MARKS[Object.keys(MARKS).find((name) => name in button)];
  if (mark) element.append(make("span", "mark", mark));
  element.disabled = "disabled" in button;
  const progress = progressOf(message, button);
  if (progress) element.classList.add(progress);
  if (progress === "waiting") element.ariaBusy = "true";
  if (progress === "unanswered") element.title = say("noAnswer");
  return element;
}

function reactions(message) {
  const emojis = Object.values(message.reactions).flat();
  if (!emojis.length) return null;
  return make("div", "reactions", ...[...new Set(emojis)].map((emoji) => {
    const count = emojis.filter((other) => other === emoji).length;
    return makeButton("reaction", `${emoji} ${count}`, () => react(message, emoji));
  }));
}

function menuOf(message) {
  const summary = make("summary", "", "⋯");
  summary.ariaLabel = say("acts");
  const acts = actsOf(message).map(([label, act]) => makeButton("", label, act));
  const faces = REACTIONS.map((emoji) => makeButton("face", emoji, () => react(message, emoji)));
  const list = make("div", "acts-list", make("div", "faces", ...faces), ...acts);
  const menu = make("details", "acts", summary, list);
  menu.addEventListener("click", (event) => { if (event.target !== summary) menu.open = false; });
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  return menu;
}
