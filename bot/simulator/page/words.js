// The simulator's own words; what bots and people write is shown as it is.

const ENGLISH = {
  banner: "SIMULATED TELEGRAM",
  bannerNote: "Nothing here leaves this machine",
  fire: "Fire a test report",
  fired: "A report is on its way",
  web: "Web pages",
  log: "API log",
  you: "You are",
  chats: "Chats",
  guide: "First steps",
  stepCard: "Wait: a card arrives by itself",
  stepPress: "Press Acknowledge",
  stepWeb: "Open the web page",
  stepWrite: "Write /open",
  rates: "Messages in the last minute",
  ratesNone: "No messages yet",
  mostRefused: "most {most}, refused {refused}",
  calls: "Bot API calls",
  showPolls: "show getUpdates",
  send: "Send",
  start: "Start",
  message: "Message",
  ok: "OK",
  cancel: "Cancel",
  open: "Open",
  openLink: "Open this link?",
  copied: "Copied",
  edited: "edited",
  versions: "versions",
  silent: "silent",
  deleted: "message deleted",
  answered: "Answered without words",
  noAnswer: "The bot did not answer in time",
  joined: "{name} joined",
  left: "{name} left",
  migrated: "The group became a supergroup",
  bot: "bot",
  empty: "No messages yet",
  members: "{count} members",
  private: "private chat",
  lost: "The simulator does not answer; trying again",
};

const RUSSIAN = {
  banner: "ИМИТАЦИЯ TELEGRAM",
  bannerNote: "Ничто отсюда не покидает этот компьютер",
  fire: "Пробная ошибка",
  fired: "Ошибка отправлена, карточка скоро придёт",
  web: "Веб-страницы",
  log: "Журнал API",
  you: "Вы",
  chats: "Чаты",
  guide: "Первые шаги",
  stepCard: "Подождите: карточка придёт сама",
  stepPress: "Нажмите «Взять»",
  stepWeb: "Откройте веб-страницу",
  stepWrite: "Напишите /open",
  rates: "Сообщений за последнюю минуту",
  ratesNone: "Сообщений пока нет",
  mostRefused: "больше всего {most}, отказов {refused}",
  calls: "Вызовы Bot API",
  showPolls: "показывать getUpdates",
  send: "Отправить",
  start: "Начать",
  message: "Сообщение",
  ok: "ОК",
  cancel: "Отмена",
  open: "Открыть",
  openLink: "Открыть эту ссылку?",
  copied: "Скопировано",
  edited: "изменено",
  versions: "версии",
  silent: "без звука",
  deleted: "сообщение удалено",
  answered: "Бот ответил без слов",
  noAnswer: "Бот не ответил вовремя",
  joined: "{name} теперь в чате",
  left: "{name} больше не в чате",
  migrated: "Группа стала супергруппой",
  bot: "бот",
  empty: "Сообщений пока нет",
  members: "участников: {count}",
  private: "личный чат",
  lost: "Имитация не отвечает; пробуем снова",
};

const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "en";
export const language = asked.toLowerCase().startsWith("ru") ? "ru" : "en";
// Dates in the browser's own way of the language, if it has one.
export const locale = navigator.language.startsWith(language) ? navigator.language : language;
const words = language === "ru" ? RUSSIAN : ENGLISH;

export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function sayAll() {
  document.documentElement.lang = language;
  document.title = say("banner");
  for (const place of document.querySelectorAll("[data-say]")) {
    place.textContent = say(place.dataset.say);
  }
}
