"""What people are told about a chat that is not well. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aiogram.utils.formatting import Bold, Code, Text

from bot.content import MAX_TEXT, Content, content_of, date_time, filled, one_line, size_of
from bot.render_digest import Lines, open_rows
from core.digest import OpenIncident
from core.i18n import Translator
from core.remedies import Trouble
from core.words import hint_word, trouble_word


@dataclass(frozen=True, slots=True)
class ChatNews:
    """A chat that gets nothing, or late, and what is bad and open in it."""

    title: str
    chat_id: int
    trouble: str
    until: datetime
    said: str
    incidents: Sequence[OpenIncident]
    total: int


def stand_in_content(news: ChatNews, t: Translator, zone: tzinfo) -> Content:
    """Tell a stand-in why it gets what is another chat's."""
    slow = news.trouble == Trouble.slow
    begins = t("Late in the chat %(chat)s") if slow else t("Nothing reaches the chat %(chat)s")
    name = Bold(one_line(news.title)) if news.title else Code(news.chat_id)
    lines: Lines = [Text("⚠️ ", filled(begins, chat=name)), trouble_word(t, news.trouble)]
    if slow:
        lines.append(filled(t("Until %(time)s"), time=date_time(t, news.until, zone)))
    if news.said:
        lines.append(filled(t("Telegram says: %(text)s"), text=Code(news.said)))
    lines.append(Text("👉 ", hint_word(t, news.trouble)))
    if news.total:
        lines += ["", *_open_there(news, t, zone, slow=slow, room=MAX_TEXT - size_of(*lines, ""))]
    return content_of(lines)


def moved_content(
    incidents: Sequence[OpenIncident], total: int, t: Translator, zone: tzinfo
) -> Content:
    """List what is open in a group whose messages did not come along to the supergroup."""
    said = t("This group became a supergroup: the buttons of older messages work no more.")
    after = t("Each gets a card here when something happens to it.")
    title = t.plural(
        "%(num)s incident is still open",
        "%(num)s incidents are still open, the oldest first",
        total,
    )
    room = MAX_TEXT - size_of(said, "", "", after)
    return content_of([said, "", *open_rows(Bold(title), incidents, t, zone, room), "", after])


def rival_content(t: Translator) -> Content:
    """Tell that presses and commands get lost, and what a person can do."""
    return content_of(
        [
            Text("⚠️ ", Bold(t("Another program takes this bot's updates"))),
            t("Presses and commands may get lost until it stops. New incidents still come here."),
            Text("👉 ", t("Stop the other program, or give each its own bot.")),
        ]
    )


def _open_there(news: ChatNews, t: Translator, zone: tzinfo, *, slow: bool, room: int) -> Lines:
    title = t.plural(
        "%(num)s bad incident is open there", "%(num)s bad incidents are open there", news.total
    )
    after = [] if slow else ["", t("What is seen nowhere else is shown here meanwhile.")]
    return [*open_rows(Bold(title), news.incidents, t, zone, room - size_of(*after)), *after]
