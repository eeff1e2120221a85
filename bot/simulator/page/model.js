// What the page knows: who you are, which chat and topic is open, what was said.

export const model = {
  state: null, me: 0, anonymous: false, open: 0, thread: null,
  messages: new Map(), seen: new Map(),
};

const LEADING = ["creator", "administrator"];

export const openChat = () => chatById(model.open);
export const chatById = (id) => model.state.chats.find((chat) => chat.id === id);
export const nameOf = (id) => [...model.state.users, ...model.state.bots]
  .map((someone) => [someone.id, someone.first_name || someone.name])
  .find(([known]) => known === id)?.[1] || String(id);

export const leads = (chat, person) => chat.members.some(
  (member) => member.user_id === person && LEADING.includes(member.status),
);

// An anonymous administrator is in the groups they lead, and nowhere else.
export function myChats() {
  const { me, anonymous, state } = model;
  const mine = state.chats.filter((chat) => chat.members.some((member) => member.user_id === me));
  return anonymous ? mine.filter((chat) => chat.kind !== "private" && leads(chat, me)) : mine;
}

// Where cards come: a newcomer sees them without looking for them.
export function firstChat() {
  const bots = model.state.bots.map((bot) => bot.id);
  const hasBot = (chat) => chat.members.some((member) => bots.includes(member.user_id));
  return myChats().find((chat) => chat.kind !== "private" && hasBot(chat)) || myChats()[0];
}

export function someLeader() {
  const groups = model.state.chats.filter((chat) => chat.kind !== "private");
  return model.state.users.find((user) => groups.some((chat) => leads(chat, user.id)));
}

// A private chat is shown from the person's side: as the bot.
export function faceOf(chat) {
  const bot = chat.kind === "private" && model.state.bots[0];
  return bot ? { id: bot.id, name: bot.name } : { id: chat.id, name: chat.title };
}

export const current = (message) => message.versions[message.versions.length - 1];

export const isMine = (message) =>
  message.from.id === (model.anonymous ? message.chat_id : model.me);

// The chat that speaks for an anonymous administrator; nobody else needs one.
export const speaker = () => (model.anonymous ? model.open : null);

export const pathOf = (message) => `/sim/messages/${message.chat_id}/${message.message_id}`;

const isForMe = (message) =>
  message.receiver_id === null || [message.receiver_id, message.from.id].includes(model.me);

// An undefined thread is the whole chat, null the part of it that has no topic.
export function messagesIn(chatId, thread) {
  return [...messagesOf(chatId).values()].filter(
    (message) => isForMe(message) && (thread === undefined || message.thread_id === thread),
  );
}

export function messagesOf(chatId) {
  if (!model.messages.has(chatId)) model.messages.set(chatId, new Map());
  return model.messages.get(chatId);
}

export const shownThread = () => (openChat().is_forum ? model.thread : undefined);

export const isShown = (message) => message.chat_id === model.open && isForMe(message)
  && [undefined, message.thread_id].includes(shownThread());

const seenKey = (chatId, thread) => `${model.me}/${chatId}/${thread ?? ""}`;

export function remember() {
  const last = messagesIn(model.open, model.thread).reduce((most, { message_id: id }) => Math.max(most, id), 0);
  model.seen.set(seenKey(model.open, model.thread), last);
}

export function unreadIn(chatId, thread) {
  return messagesIn(chatId, thread).filter((message) => !isMine(message) && !message.deleted
    && !isShown(message)
    && message.message_id > (model.seen.get(seenKey(chatId, message.thread_id)) || 0)).length;
}
