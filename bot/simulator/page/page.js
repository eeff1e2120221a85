// The page: who you are, which chat is open, and what arrives while you look.

import { addCall, loadCalls } from "./calls.js";
import { redrawIfShown, showMessage, showMessages, showPin, showTabs, showTitle } from "./chat.js";
import { furnishClock, showClock, tick } from "./clock.js";
import { furnishInput, release, showInput } from "./compose.js";
import { ask, byId } from "./dom.js";
import { refreshTimes } from "./entities.js";
import { furnishFaults, showFaults } from "./faults.js";
import { finish, openGuide } from "./guide.js";
import { showChats, showUsers } from "./lists.js";
import { furnishManage, showManage } from "./manage.js";
import { chatById, current, firstChat, model, myChats, openChat, remember } from "./model.js";
import { furnishLinks, offerLink, toast } from "./notice.js";
import { whenPressed } from "./press.js";
import { showPending, showRates } from "./rates.js";
import { language, say, sayAll } from "./words.js";

function showAround() {
  showUsers(be);
  showChats(enter);
  showTitle();
  showTabs(enter);
  showPin();
  showInput();
  showSide();
}

function showSide() {
  showRates(model.state.chats, model.state.rates);
  showPending(model.state.bots);
  showClock(model.state.clock);
}

function be(person, anonymous = false) {
  Object.assign(model, { me: person, anonymous });
  const isMine = myChats().some((chat) => chat.id === model.open);
  enter(isMine ? model.open : firstChat().id, model.thread);
}

function enter(chatId, thread = null) {
  Object.assign(model, { open: chatId, thread });
  if (!openChat().topics.some((topic) => topic.id === thread)) model.thread = null;
  release();
  remember();
  history.replaceState(null, "", `${location.search}#${model.me}/${model.open}`);
  byId("language").href = `?lang=${language === "ru" ? "en" : "ru"}${location.hash}`;
  showAround();
  showMessages();
}

// What arrives

async function load() {
  model.state = await ask("/sim/state");
  const loaded = await Promise.all(
    model.state.chats.map((chat) => ask(`/sim/chats/${chat.id}/transcript`)),
  );
  model.state.chats.forEach((chat, place) => {
    model.messages.set(chat.id, new Map(loaded[place].map((message) => [message.message_id, message])));
    loaded[place].forEach(noticeCard);
  });
}

function noticeCard(message) {
  if (message.from.is_bot && current(message).markup) finish("stepCard");
}

let refreshTimer = 0;

function refreshSoon() {
  if (refreshTimer) return;
  refreshTimer = setTimeout(async () => {
    refreshTimer = 0;
    model.state = await ask("/sim/state");
    if (!myChats().includes(openChat())) return be(model.me, model.anonymous);
    showAround();
    if (byId("manage").open) showManage();
    await showFaults();
  }, 400);
}

function arrived(change) {
  if (change.kind === "reset") return location.reload();
  if (change.kind === "message") {
    noticeCard(change.message);
    showMessage(change.message);
  }
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

async function begin() {
  await load();
  await loadCalls();
  await showFaults();
  if (!model.me) settle();
  be(model.me, model.anonymous);
}

function settle() {
  const [person, chat] = location.hash.slice(1).split("/").map(Number);
  const { users } = model.state;
  model.me = users.some((user) => user.id === person) ? person : users[0].id;
  model.open = chatById(chat) ? chat : 0;
  furnish();
  openGuide();
  setInterval(refresh, 5000);
  setInterval(tick, 1000);
}

async function refresh() {
  refreshTimes();
  showRates(model.state.chats, await ask("/sim/rates"));
  await showFaults();
}

function furnish() {
  const { web_url: web, can_fire: fires } = model.state;
  byId("web").hidden = !web;
  if (web) byId("web").href = web;
  byId("fire").hidden = !fires;
  byId("language").textContent = language === "ru" ? "English" : "Русский";
  for (const id of ["web", "link-open"]) {
    byId(id).addEventListener("click", () => { finish("stepWeb"); byId("link").close(); });
  }
  byId("messages").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link?.host === "t.me") {
      event.preventDefault();
      offerLink(link.href);
    } else if (link) finish("stepWeb");
  });
  byId("fire").addEventListener("click", () => ask("/sim/fire", {}).then(() => toast(say("fired"))));
  byId("side-toggle").addEventListener("click", () => document.body.classList.toggle("side-turned"));
  byId("polls").addEventListener("change", loadCalls);
  whenPressed(redrawIfShown);
  furnishInput();
  furnishFaults();
  furnishClock();
  furnishManage();
  furnishLinks(enter);
}

sayAll();
listen();
