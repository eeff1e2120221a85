// Buttons of messages: pressed, waited for, answered.

import { ask } from "./dom.js";
import { finish } from "./guide.js";
import { model, pathOf } from "./model.js";
import { alertWith, offerLink, toast } from "./notice.js";
import { say } from "./words.js";

const pressing = new Map();
const changed = new EventTarget();

const keyOf = (message, button) =>
  `${message.chat_id}/${message.message_id}/${button.callback_data}`;

export const progressOf = (message, button) => pressing.get(keyOf(message, button));

export function whenPressed(redraw) {
  changed.addEventListener("press", ({ detail }) => redraw(detail.chat_id, detail.message_id));
}

export function press(message, button) {
  const url = button.url || button.login_url?.url || button.web_app?.url;
  if (url) return offerLink(url);
  if (button.copy_text) {
    return navigator.clipboard.writeText(button.copy_text.text).then(() => toast(say("copied")));
  }
  return button.callback_data && pressAndWait(message, button);
}

async function pressAndWait(message, button) {
  if (progressOf(message, button) === "waiting") return;
  mark(message, button, "waiting");
  try {
    const answer = await ask(`${pathOf(message)}/press`, { user_id: model.me, data: button.callback_data });
    mark(message, button, "");
    finish("stepPress");
    showAnswer(answer);
  } catch (error) {
    mark(message, button, "unanswered");
    toast(error.status === 504 ? say("noAnswer") : error.message);
  }
}

function mark(message, button, progress) {
  if (progress) pressing.set(keyOf(message, button), progress);
  else pressing.delete(keyOf(message, button));
  changed.dispatchEvent(new CustomEvent("press", { detail: message }));
}

function showAnswer(answer) {
  if (answer.url) return offerLink(answer.url);
  return answer.show_alert ? alertWith(answer.text) : toast(answer.text || say("answered"));
}
