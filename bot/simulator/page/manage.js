// The dialog of a chat: who is in it with which standing, its topics; and new groups.

import { ask, byId, make, makeButton, makeSelect, renew } from "./dom.js";
import { faceOf, model, openChat } from "./model.js";
import { attempt } from "./notice.js";
import { say } from "./words.js";

const STANDINGS = ["administrator", "member", "restricted", "left", "kicked"];

export function furnishManage() {
  byId("manage-open").addEventListener("click", () => { showManage(); byId("manage").showModal(); });
  byId("group-new").addEventListener("click", () => byId("group").showModal());
  byId("group-form").addEventListener("submit", (event) => {
    const form = new FormData(event.target);
    if (event.submitter.value === "ok") attempt(() => addGroup(form.get("title"), form.get("kind")));
  });
  byId("migrate").addEventListener("click", () => changed("migrate", {}));
  byId("topic-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    event.target.reset();
    if (name) changed("topics", { user_id: model.me, name });
  });
}

function addGroup(title, kind) {
  const forum = kind === "forum";
  const body = { kind: forum ? "supergroup" : kind, is_forum: forum, title, members: [model.me], bots: null };
  return ask("/sim/chats", body);
}

const changed = (path, body) =>
  attempt(() => ask(`/sim/chats/${model.open}/${path}`, body));

export function showManage() {
  const chat = openChat();
  byId("manage-title").textContent = faceOf(chat).name;
  renew(byId("manage-members"), membersOf(chat));
  byId("manage-topics").hidden = !chat.is_forum;
  renew(byId("topics"), chat.topics.map(topicRow));
  byId("migrate").hidden = chat.kind !== "group" || Boolean(chat.migrated_to);
}

function membersOf(chat) {
  const bots = model.state.bots.map(({ id, name }) => ({ id, name: `${name} (${say("bot")})` }));
  if (chat.kind === "private") return bots.map((bot) => memberRow(chat, bot, ["member", "kicked"]));
  const users = model.state.users.map(({ id, first_name: name }) => ({ id, name }));
  return [...bots, ...users].map((someone) => memberRow(chat, someone, STANDINGS));
}

function memberRow(chat, someone, standings) {
  const status = chat.members.find((member) => member.user_id === someone.id)?.status || "left";
  const options = [...new Set([status, ...standings])].map((name) => [name, say(`standing_${name}`)]);
  const select = makeSelect(options, status, (picked) => changed("members", { user_id: someone.id, status: picked }));
  select.dataset.member = `${chat.id}/${someone.id}`;
  select.disabled = status === "creator";
  select.ariaLabel = someone.name;
  return make("p", "row", make("span", "", someone.name), select);
}

function topicRow(topic) {
  const act = (action) => () => changed(`topics/${topic.id}`, { user_id: model.me, action });
  const name = make("span", "", topic.name);
  name.dataset.topic = topic.id;
  return make(
    "p", "row", name,
    topic.closed
      ? makeButton("", say("topicReopen"), act("reopen"))
      : makeButton("", say("topicClose"), act("close")),
    makeButton("", say("delete"), act("delete")),
  );
}
