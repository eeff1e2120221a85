// What Telegram itself says in a chat, in one line.

import { nameOf } from "./model.js";
import { say } from "./words.js";

const TEXTS = {
  new_chat_members: ([user]) => say("joined", { name: user.first_name }),
  left_chat_member: (user) => say("left", { name: user.first_name }),
  forum_topic_created: ({ name }) => say("topicCreated", { name }),
  forum_topic_edited: ({ name }) => say("topicEdited", { name: name || "" }),
  forum_topic_closed: () => say("topicClosed"),
  forum_topic_reopened: () => say("topicReopened"),
  pinned_message: () => say("pinned"),
  migrate_to_chat_id: () => say("migrated"),
  migrate_from_chat_id: () => say("migrated"),
};

export function serviceText(message) {
  if (message.deleted) return say("deleted");
  const [kind, content] = Object.entries(message.service)[0] || [];
  return TEXTS[kind]?.(content) || `${nameOf(message.from.id)}: ${kind}`;
}
