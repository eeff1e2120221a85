// The left side: who you can be, and the chats of whom you are.

import { byId, make, makeButton, renew } from "./dom.js";
import { avatarOf } from "./message.js";
import { current, faceOf, messagesIn, model, myChats, someLeader, unreadIn } from "./model.js";
import { say } from "./words.js";

export function showUsers(be) {
  const users = model.state.users.map((user) => userOf(user, false, be));
  const leader = someLeader();
  if (leader) users.push(userOf(leader, true, be));
  renew(byId("users"), users);
}

function userOf(user, anonymous, be) {
  const name = anonymous ? say("anonymous") : user.first_name;
  const face = anonymous ? { id: 5, name: "?" } : { id: user.id, name };
  const button = makeButton("user", avatarOf(face), () => be(user.id, anonymous));
  button.append(name);
  button.setAttribute("role", "radio");
  button.ariaChecked = String(user.id === model.me && anonymous === model.anonymous);
  if (anonymous) button.title = say("anonymousNote", { name: user.first_name });
  return button;
}

export function showChats(enter) {
  renew(byId("chats"), myChats().map((chat) => placeOf(chat, enter)));
}

function placeOf(chat, enter) {
  const face = faceOf(chat);
  const button = makeButton("place", avatarOf(face), () => enter(chat.id));
  button.dataset.chat = chat.id;
  const last = messagesIn(chat.id).filter((message) => !message.service && !message.deleted).pop();
  const words = last ? current(last).text : "";
  button.append(make("span", "place-text", make("b", "", face.name), make("small", "", words)));
  button.append(unreadMark(unreadIn(chat.id)));
  button.ariaCurrent = String(chat.id === model.open);
  return button;
}

export function unreadMark(count) {
  return count ? make("span", "unread", String(count)) : "";
}
