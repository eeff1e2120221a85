"""What people are told about a chat that is not well. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aiogram.utils.formatting import Bold, Code, Text

from bot.content import MAX_TEXT, Content, content_of, date_time, filled, one_line, size_of
from bot.render_digest import Lines, open_rows, still_open
from core.digest import OpenNow
from core.i18n import Translator
from core.outages import Missed
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
    open_there: OpenNow


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What a chat missed since it got nothing, and what is open in it now."""

    since: datetime
    missed: Missed
    open_now: OpenNow


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
    if news.open_there.total:
        lines += ["", *_open_there(news, t, zone, slow=slow, room=MAX_TEXT - size_of(*lines, ""))]
    return content_of(lines)


def moved_content(open_now: OpenNow, t: Translator, zone: tzinfo) -> Content:
    """List what is open in a group whose messages did not come along to the supergroup."""
    said = t("This group became a supergroup: the buttons of older messages work no more.")
    after = t("Each gets a card here when something happens to it.")
    room = MAX_TEXT - size_of(said, "", "", after)
    return content_of([said, "", *still_open(open_now, t, zone, room), "", after])


def catch_up_content(news: CatchUp, t: Translator, zone: tzinfo) -> Content:
    """Tell in one message what a chat missed, and what is open now."""
    since = date_time(t, news.since, zone)
    missed = [
        t.plural("%(num)s incident opened", "%(num)s incidents opened", news.missed.opened),
        t.plural("%(num)s was resolved", "%(num)s were resolved", news.missed.resolved),
    ]
    lines: Lines = [
        Text("📬 ", Bold(t("What happened meanwhile"))),
        filled(t("Nothing reached this chat since %(since)s."), since=since),
        " · ".join(missed),
        "",
    ]
    return content_of([*lines, *still_open(news.open_now, t, zone, MAX_TEXT - size_of(*lines))])


def topic_gone_content(apps: Sequence[str], t: Translator) -> Content:
    """Tell a chat whose cards come to General now, and how that can be changed."""
    names = Bold(", ".join(apps))
    return content_of(
        [
            Text("⚠️ ", filled(t("The topic for cards of %(apps)s is gone"), apps=names)),
            t("They come here from now on."),
            Text("👉 ", t("To have them in another topic, write /setup there.")),
        ]
    )


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
        "%(num)s bad incident is open there",
        "%(num)s bad incidents are open there",
        news.open_there.total,
    )
    after = [] if slow else ["", t("What is seen nowhere else is shown here meanwhile.")]
    return [
        *open_rows(Bold(title), news.open_there.incidents, t, zone, room - size_of(*after)),
        *after,
    ]
