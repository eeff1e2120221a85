// The page: who you are, which chat is open, and what arrives while you look.

import { ask, byId, make, makeButton } from "./dom.js";
import { refreshTimes } from "./entities.js";
import { finish, openGuide } from "./guide.js";
import { avatarOf, bubbleOf, current, pressKey } from "./message.js";
import { addCall, showRates } from "./side.js";
import { language, say, sayAll } from "./words.js";

let state = null;
let me = 0;
let open = 0;
const messages = new Map();
const seen = new Map();
const pressing = new Map();

const chatsOf = (person) =>
  state.chats.filter((chat) => chat.members.some((member) => member.user_id === person));
const openChat = () => state.chats.find((chat) => chat.id === open);
const seenKey = (chatId) => `${me}/${chatId}`;
const lastId = (chatId) => Math.max(0, ...messages.get(chatId).keys());

function around() {
  return {
    me, pressing, press, write, show,
    find: (id) => messages.get(open).get(id),
  };
}

// What is shown

function showAll() {
  showUsers();
  showChats();
  showChat();
  showRates(state.chats, state.rates);
}

function showUsers() {
  byId("users").replaceChildren(...state.users.map((user) => {
    const button = makeButton("user", avatarOf({ id: user.id, name: user.first_name }), () => be(user.id));
    button.append(user.first_name);
    button.setAttribute("role", "radio");
    button.ariaChecked = String(user.id === me);
    return button;
  }));
}

function showChats() {
  byId("chats").replaceChildren(...chatsOf(me).map((chat) => {
    const button = makeButton("place", avatarOf(faceOf(chat)), () => enter(chat.id));
    const last = [...messages.get(chat.id).values()].pop();
    const words = last && !last.service && !last.deleted ? current(last).text : "";
    button.append(make("span", "place-text", make("b", "", faceOf(chat).name), make("small", "", words)));
    const unread = unreadIn(chat.id);
    if (unread) button.append(make("span", "unread", String(unread)));
    button.ariaCurrent = String(chat.id === open);
    return button;
  }));
}

// A private chat is shown from the person's side: as the bot.
function faceOf(chat) {
  const bot = chat.kind === "private" && state.bots[0];
  return bot ? { id: bot.id, name: bot.name } : { id: chat.id, name: chat.title };
}

function unreadIn(chatId) {
  if (chatId === open) return 0;
  const after = seen.get(seenKey(chatId)) || 0;
  return [...messages.get(chatId).values()].filter(
    (message) => message.message_id > after && message.from.id !== me && !message.deleted,
  ).length;
}

function showChat() {
  const chat = openChat();
  const kind = chat.kind === "private" ? say("private") : say("members", { count: chat.members.length });
  byId("title").replaceChildren(faceOf(chat).name, make("small", "", kind));
  const list = [...messages.get(open).values()].map((message) => bubbleOf(message, around()));
  byId("messages").replaceChildren(...(list.length ? list : [make("p", "quiet", say("empty"))]));
  showInput(chat);
  byId("messages").scrollTop = byId("messages").scrollHeight;
}

function showInput(chat) {
  const bots = state.bots.map((bot) => bot.id);
  const started = chat.members.some((member) => bots.includes(member.user_id));
  byId("start").hidden = started || chat.kind !== "private";
  byId("form").hidden = !byId("start").hidden;
  const commands = started ? state.bots.flatMap((bot) => bot.commands) : [];
  byId("commands").replaceChildren(...commands.map(({ command, description }) => {
    const button = makeButton("command", `/${command}`, () => write(`/${command}`));
    button.title = description;
    return button;
  }));
}

function showMessage(message) {
  messages.get(message.chat_id).set(message.message_id, message);
  noticeCard(message);
  if (message.chat_id !== open) return showChats();
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const bubble = bubbleOf(message, around());
  const before = byId(bubble.id);
  if (before) before.replaceWith(bubble);
  else {
    if (list.querySelector(":scope > .quiet")) list.replaceChildren();
    bubble.classList.add("new");
    list.append(bubble);
  }
  if (atEnd || message.from.id === me) list.scrollTop = list.scrollHeight;
  remember();
  showChats();
}

function noticeCard(message) {
  if (message.from.is_bot && current(message).markup) finish("stepCard");
}

function show(messageId) {
  const bubble = byId(`m${messageId}`);
  bubble?.scrollIntoView({ block: "center", behavior: "smooth" });
  bubble?.classList.add("new");
}

let toastTimer = 0;

function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 5000);
}

// What a person does

function be(person) {
  me = person;
  const mine = chatsOf(me);
  if (!mine.some((chat) => chat.id === open)) open = mine[0].id;
  enter(open);
}

function enter(chatId) {
  open = chatId;
  remember();
  history.replaceState(null, "", `${location.search}#${me}/${open}`);
  byId("language").href = `?lang=${language === "ru" ? "en" : "ru"}${location.hash}`;
  showAll();
}

function remember() {
  seen.set(seenKey(open), lastId(open));
}

async function write(text) {
  if (text.startsWith("/open")) finish("stepWrite");
  try {
    await ask(`/sim/chats/${open}/messages`, { user_id: me, text });
  } catch (error) {
    toast(error.message);
  }
}

function press(message, button) {
  if (button.url) return offerLink(button.url);
  if (button.copy_text) {
    return navigator.clipboard.writeText(button.copy_text.text).then(() => toast(say("copied")));
  }
  return button.callback_data && pressAndWait(message, button);
}

async function pressAndWait(message, button) {
  const key = pressKey(message, button);
  if (pressing.get(key) === "waiting") return;
  mark(message, key, "waiting");
  const path = `/sim/messages/${message.chat_id}/${message.message_id}/press`;
  try {
    const answer = await ask(path, { user_id: me, data: button.callback_data });
    mark(message, key, "");
    finish("stepPress");
    showAnswer(answer);
  } catch (error) {
    mark(message, key, "unanswered");
    toast(error.status === 504 ? say("noAnswer") : error.message);
  }
}

function mark(message, key, progress) {
  if (progress) pressing.set(key, progress);
  else pressing.delete(key);
  const newest = messages.get(message.chat_id).get(message.message_id);
  if (message.chat_id === open) byId(`m${message.message_id}`)?.replaceWith(bubbleOf(newest, around()));
}

function showAnswer(answer) {
  if (!answer.show_alert) return toast(answer.text || say("answered"));
  byId("alert-text").textContent = answer.text;
  byId("alert").showModal();
}

function offerLink(url) {
  byId("link-url").textContent = url;
  byId("link-open").href = url;
  byId("link").showModal();
}

// What arrives

async function load() {
  state = await ask("/sim/state");
  const loaded = await Promise.all(state.chats.map((chat) => ask(`/sim/chats/${chat.id}/transcript`)));
  state.chats.forEach((chat, place) => {
    messages.set(chat.id, new Map(loaded[place].map((message) => [message.message_id, message])));
    loaded[place].forEach(noticeCard);
  });
}

let refreshTimer = 0;

function refreshSoon() {
  if (refreshTimer) return;
  refreshTimer = setTimeout(async () => {
    refreshTimer = 0;
    state = await ask("/sim/state");
    for (const chat of state.chats) if (!messages.has(chat.id)) messages.set(chat.id, new Map());
    showUsers();
    showChats();
    showInput(openChat());
    showRates(state.chats, state.rates);
  }, 400);
}

function arrived(change) {
  if (change.kind === "reset") return location.reload();
  if (change.kind === "message" && messages.has(change.message.chat_id)) showMessage(change.message);
  if (change.kind === "call") addCall(change.call);
  return refreshSoon();
}

// The stream comes first, and what it brings waits for the load: nothing falls between them.
function listen() {
  const stream = new EventSource("/sim/events");
  let loaded = null;
  stream.onopen = () => { loaded = begin(); };
  stream.onmessage = (event) => loaded.then(() => arrived(JSON.parse(event.data)));
  stream.onerror = () => toast(say("lost"));
}

function furnish() {
  byId("web").hidden = !state.web_url;
  if (state.web_url) byId("web").href = state.web_url;
  byId("fire").hidden = !state.can_fire;
  byId("text").placeholder = say("message");
  byId("language").textContent = language === "ru" ? "English" : "Русский";
  for (const id of ["web", "link-open"]) {
    byId(id).addEventListener("click", () => { finish("stepWeb"); byId("link").close(); });
  }
  byId("messages").addEventListener("click", (event) => {
    if (event.target.closest("a")) finish("stepWeb");
  });
  byId("fire").addEventListener("click", () => ask("/sim/fire", {}).then(() => toast(say("fired"))));
  byId("log-toggle").addEventListener("click", () => document.body.classList.toggle("no-side"));
  byId("start").addEventListener("click", () => write("/start"));
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("text").value.trim();
    byId("text").value = "";
    if (text) write(text);
  });
}

async function begin() {
  await load();
  byId("calls").replaceChildren();
  for (const call of await ask("/sim/calls?last=50")) addCall(call);
  if (!me) settle();
  be(me);
}

function settle() {
  const [person, chat] = location.hash.slice(1).split("/").map(Number);
  me = state.users.some((user) => user.id === person) ? person : state.users[0].id;
  open = chat || 0;
  furnish();
  openGuide();
  setInterval(refresh, 5000);
}

async function refresh() {
  refreshTimes();
  showRates(state.chats, await ask("/sim/rates"));
}

sayAll();
listen();
