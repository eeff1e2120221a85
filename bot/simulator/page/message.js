// One message as a bubble: its text, its history, its buttons.

import { make, makeButton } from "./dom.js";
import { paint } from "./entities.js";
import { locale, say } from "./words.js";

export const current = (message) => message.versions[message.versions.length - 1];

export function bubbleOf(message, around) {
  const row = make("article", "message");
  row.id = `m${message.message_id}`;
  if (message.deleted || message.service) {
    row.classList.add("service");
    row.append(make("span", "pill", serviceText(message, around)));
    return row;
  }
  const mine = message.from.id === around.me;
  row.classList.toggle("mine", mine);
  if (!mine) row.append(avatarOf(message.from));
  row.append(make("div", "body", bubble(message, mine, around), keyboard(message, around)));
  return row;
}

export function avatarOf(person) {
  const avatar = make("span", `avatar tint${Math.abs(person.id) % 6}`, [...person.name][0]);
  avatar.ariaHidden = "true";
  return avatar;
}

function bubble(message, mine, around) {
  const version = current(message);
  const name = make("div", "name", message.from.name);
  if (message.from.is_bot) name.append(" ", make("span", "badge", say("bot")));
  return make(
    "div", "bubble",
    mine ? null : name,
    replyOf(message, around),
    make("div", "words", paint(version.text, version.entities, around.write)),
    historyOf(message, around),
    footOf(message),
  );
}

function replyOf(message, around) {
  const answered = message.reply_to && around.find(message.reply_to);
  if (!answered) return null;
  const words = message.quote || (answered.deleted ? say("deleted") : current(answered).text);
  const reply = makeButton("reply", "", () => around.show(answered.message_id));
  reply.append(make("b", "", answered.from.name), make("span", "", words.slice(0, 120)));
  return reply;
}

function historyOf(message, around) {
  if (message.versions.length < 2) return null;
  const older = message.versions.slice(0, -1).map((version) => make(
    "li", "", make("small", "", timeText(version.at)),
    make("div", "", paint(version.text, version.entities, around.write)),
  ));
  const summary = make("summary", "", `${say("edited")} · ${say("versions")}: ${older.length + 1}`);
  return make("details", "history", summary, make("ol", "", ...older));
}

function footOf(message) {
  const silent = message.silent ? `${say("silent")} · ` : null;
  return make("div", "foot", silent, make("time", "", timeText(message.at)));
}

function timeText(at) {
  return new Date(at * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

function keyboard(message, around) {
  const markup = current(message).markup;
  if (!markup) return null;
  return make("div", "keyboard", ...markup.inline_keyboard.map((row) => make(
    "div", "keys", ...row.map((button) => key(message, button, around)),
  )));
}

const MARKS = { url: "↗", copy_text: "⧉", web_app: "▣", login_url: "↗" };

function key(message, button, around) {
  const style = ["danger", "success", "primary"].includes(button.style) ? button.style : "";
  const element = makeButton(`key ${style}`, button.text, () => around.press(message, button));
  const mark = MARKS[Object.keys(MARKS).find((name) => name in button)];
  if (mark) element.append(make("span", "mark", mark));
  element.disabled = "disabled" in button;
  const progress = around.pressing.get(pressKey(message, button));
  if (progress) element.classList.add(progress);
  if (progress === "waiting") element.ariaBusy = "true";
  if (progress === "unanswered") element.title = say("noAnswer");
  return element;
}

export const pressKey = (message, button) =>
  `${message.chat_id}/${message.message_id}/${button.callback_data}`;

function serviceText(message, around) {
  if (message.deleted) return say("deleted");
  const service = message.service;
  if (service.new_chat_members) {
    return say("joined", { name: service.new_chat_members[0].first_name });
  }
  if (service.left_chat_member) return say("left", { name: service.left_chat_member.first_name });
  return say("migrated");
}
