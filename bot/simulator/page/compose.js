// The input: commands to choose from, the message that is answered, what is written.

import { ask, byId, make, makeButton, renew } from "./dom.js";
import { finish } from "./guide.js";
import { current, leads, model, openChat, pathOf, speaker } from "./model.js";
import { attempt } from "./notice.js";
import { say } from "./words.js";

let about = null; // the message that is answered or edited

export async function write(text) {
  if (text.startsWith("/open")) finish("stepWrite");
  await attempt(() => ask(`/sim/chats/${model.open}/messages`, {
    user_id: model.me,
    text,
    reply_to: about?.message.message_id ?? null,
    thread_id: model.thread,
    as_chat: speaker(),
  }));
  release();
}

async function rewrite(message, text) {
  await attempt(() => ask(`${pathOf(message)}/edit`, { user_id: model.me, text }));
  release();
}

export function answer(message) {
  hold({ message }, `↩ ${message.from.name}`);
}

export function correct(message) {
  hold({ message, isEdited: true }, `✎ ${say("edit")}`);
  fill(current(message).text);
}

function hold(what, title) {
  about = what;
  const close = makeButton("close", "✕", release);
  close.ariaLabel = say("cancel");
  const words = make("span", "", make("b", "", title), make("small", "", current(what.message).text));
  byId("about").replaceChildren(words, close);
  byId("about").hidden = false;
  byId("text").focus();
}

export function release() {
  about = null;
  byId("about").hidden = true;
}

export function showInput() {
  const chat = openChat();
  const bots = model.state.bots.map((bot) => bot.id);
  const started = chat.members.some((member) => bots.includes(member.user_id));
  byId("start").hidden = started || chat.kind !== "private";
  byId("form").hidden = !byId("start").hidden;
  const commands = started ? commandsHere(chat) : [];
  renew(byId("commands"), commands.map(chip));
  showMenu();
}

function chip({ command, description }) {
  const button = makeButton("command", `/${command}`, () => write(`/${command}`));
  button.title = description;
  return button;
}

// The list that is meant for most precisely this person in this chat is the one in force.
function commandsHere(chat) {
  const { language_code: language } = model.state.users.find((user) => user.id === model.me);
  const here = chat.kind === "private" ? privateScopes(chat) : groupScopes(chat);
  const keys = [...here, "default||"].flatMap((scope) => [`${scope}|${language}`, `${scope}|`]);
  return model.state.bots.flatMap((bot) => bot.commands[keys.find((key) => key in bot.commands)] || []);
}

const privateScopes = (chat) => [`chat|${chat.id}|`, "all_private_chats||"];

function groupScopes(chat) {
  const leading = leads(chat, model.me);
  return [
    `chat_member|${chat.id}|${model.me}`,
    ...(leading ? [`chat_administrators|${chat.id}|`] : []),
    `chat|${chat.id}|`,
    ...(leading ? ["all_chat_administrators||"] : []),
    "all_group_chats||",
  ];
}

function showMenu() {
  const typed = byId("text").value;
  const found = typed.startsWith("/") && !byId("form").hidden
    ? commandsHere(openChat()).filter(({ command }) => `/${command}`.startsWith(typed))
    : [];
  byId("menu").hidden = !found.length;
  renew(byId("menu"), found.map(({ command, description }) => {
    const item = makeButton("menu-item", make("b", "", `/${command}`), () => fill(`/${command} `));
    item.append(make("small", "", description));
    return item;
  }));
}

function fill(text) {
  byId("text").value = text;
  byId("text").focus();
  showMenu();
}

const send = (text) => (about?.isEdited ? rewrite(about.message, text) : write(text));

export function furnishInput() {
  byId("text").placeholder = say("message");
  byId("text").addEventListener("input", showMenu);
  byId("start").addEventListener("click", () => write("/start"));
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("text").value.trim();
    fill("");
    if (text) send(text);
  });
}
