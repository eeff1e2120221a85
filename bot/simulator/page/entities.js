// A message's text with its entities, as elements. Offsets are UTF-16 units, as in JavaScript.

import { make } from "./dom.js";
import { locale } from "./words.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
};
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

export function paint(text, entities, onCommand) {
  const paper = document.createDocumentFragment();
  paintPart(paper, text, 0, text.length, [...entities], onCommand);
  return paper;
}

function paintPart(parent, text, from, until, entities, onCommand) {
  let at = from;
  while (entities.length && entities[0].offset < until) {
    const entity = entities.shift();
    const end = Math.min(entity.offset + entity.length, until);
    if (entity.offset < at) continue;
    parent.append(text.slice(at, entity.offset));
    const element = elementOf(entity, text.slice(entity.offset, end), onCommand);
    const inside = [];
    while (entities.length && entities[0].offset < end) inside.push(entities.shift());
    if (!element.hasChildNodes()) {
      paintPart(element, text, entity.offset, end, inside, onCommand);
    }
    parent.append(element);
    // A block ends its line by itself.
    at = BLOCKS.includes(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  parent.append(text.slice(at, until));
}

function elementOf(entity, content, onCommand) {
  switch (entity.type) {
    case "pre": return preOf(entity, content);
    case "blockquote": return make("blockquote", "quote");
    case "expandable_blockquote": return folded(make("blockquote", "quote folded"));
    case "spoiler": return spoiler();
    case "text_link": return linkTo(entity.url);
    case "url": return linkTo(/^\w+:\/\//.test(content) ? content : `http://${content}`);
    case "email": return linkTo(`mailto:${content}`);
    case "date_time": return timeOf(entity, content);
    case "bot_command": return commandOf(content, onCommand);
    default: return make(TAGS[entity.type] || "span", TAGS[entity.type] ? "" : "mention");
  }
}

function preOf(entity, content) {
  const pre = make("pre", "", make("code", "", content));
  if (entity.language) pre.dataset.language = entity.language;
  return pre;
}

function folded(quote) {
  quote.addEventListener("click", () => quote.classList.toggle("folded"));
  return quote;
}

function spoiler() {
  const cover = make("span", "spoiler");
  cover.addEventListener("click", () => cover.classList.add("shown"));
  return cover;
}

function linkTo(url) {
  const link = make("a");
  if (/^(https?|mailto|tg):/i.test(url)) link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  link.title = url;
  return link;
}

function commandOf(content, onCommand) {
  const command = make("button", "command", content);
  command.type = "button";
  command.addEventListener("click", () => onCommand(content));
  return command;
}

function timeOf(entity, content) {
  const moment = new Date(entity.unix_time * 1000);
  const time = make("time", "moment", formatted(moment, entity.date_time_format) || content);
  time.dateTime = moment.toISOString();
  time.title = moment.toLocaleString(locale, { dateStyle: "full", timeStyle: "long" });
  if (entity.date_time_format === "r") time.dataset.relative = entity.unix_time;
  return time;
}

// Bot API, date-time entity formatting: r, or w (weekday), d or D (date), t or T (time).
function formatted(moment, format = "") {
  if (format === "r") return ago(moment);
  const options = {};
  if (format.includes("w")) options.weekday = "short";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) options.second = "2-digit";
  return Object.keys(options).length ? moment.toLocaleString(locale, options) : "";
}

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function ago(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, span]) => Math.abs(seconds) >= span) || STEPS[3];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" })
    .format(Math.round(seconds / size), unit);
}

export function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.textContent = ago(new Date(time.dataset.relative * 1000));
  }
}
