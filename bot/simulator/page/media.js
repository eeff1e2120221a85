// Files of a message: a picture is shown, all else can be kept.

import { make } from "./dom.js";

export function mediaOf(version) {
  const [kind, content] = Object.entries(version.media || {})[0] || [];
  if (!kind) return null;
  const file = Array.isArray(content) ? content[content.length - 1] : content;
  const link = make("a", "file", kind === "photo" ? picture(file) : `📎 ${file.file_name || kind}`);
  link.href = addressOf(file);
  link.download = file.file_name || "";
  return link;
}

function picture(file) {
  const image = make("img", "picture");
  image.src = addressOf(file);
  image.alt = "";
  return image;
}

const addressOf = (file) => `/sim/files/${encodeURIComponent(file.file_id)}`;
