"""Cards and the list of what is open, as text and keyboard. Pure."""

from dataclasses import dataclass
from datetime import datetime

from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import BlockQuote, Bold, ExpandableBlockQuote, Text, TextLink

from bot.callbacks import ListPress
from bot.card_buttons import card_buttons
from bot.content import (
    MAX_TEXT,
    Buttons,
    Content,
    content_of,
    cut,
    date_time,
    filled,
    is_public,
    link,
    one_line,
    size_of,
)
from bot.render_silences import SilenceRow, silence_lines
from core.cards import Card
from core.i18n import Translator
from core.levels import Level
from core.lifecycle import Action, Status
from core.menus import Menu
from core.models import App, Incident
from core.words import LEVEL_EMOJI, action_word, level_word

TITLE_CHARS = 300
ROW_TITLE_CHARS = 80
NAME_CHARS = 64
FOLDED_FROM_CHARS = 300
FOLDED_FROM_LINES = 5


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One unresolved incident of the list."""

    number: int
    app: str
    title: str
    level: Level
    opened_at: datetime
    holder: str | None
    snoozed_until: datetime | None
    url: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class OpenList:
    """The newest unresolved incidents, `more` when there are others; and what is muted."""

    rows: tuple[OpenRow, ...]
    more: bool
    url: str
    muted: tuple[SilenceRow, ...] = ()


def card_content(card: Card, t: Translator, menu: Menu | None = None) -> Content:
    """Draw a card. The message is cut, never the header, count, times or link."""
    above = [_header(card, t), *_standing(card, t), Bold(cut(one_line(card.title), TITLE_CHARS))]
    below = _facts(card, t)
    room = MAX_TEXT - size_of(*above, *below)
    return content_of([*above, *_message(card, room), *below], *card_buttons(card, t, menu))


def raised_content(incident: Incident, app: App, url: str, t: Translator) -> Content:
    """Say that an incident has become worse; its card, which this answers, has the rest."""
    word = level_word(t, incident.level).upper()
    said = t("#%(number)s is %(level)s now", number=incident.number, level=word)
    linked = is_public(url)
    head = TextLink(said, url=url) if linked else Bold(said)
    lines = [
        Text(LEVEL_EMOJI[incident.level], " ", head, " · ", app.name),
        Bold(cut(one_line(incident.title), TITLE_CHARS)),
    ]
    return content_of(lines if linked else [*lines, url])


def open_list_content(open_list: OpenList, t: Translator) -> Content:
    """Draw what is open, each with its buttons, and what is muted."""
    if not open_list.rows:
        muted = silence_lines(open_list.muted, t, MAX_TEXT // 2)
        return content_of([t("Nothing is open."), *muted])
    lines: list[Text | str] = [Bold(t("Open incidents, newest first")), ""]
    for row in open_list.rows:
        lines += [_row_title(row), _row_facts(row, t)]
    if open_list.more:
        lines += ["", t("There are more than these.")]
    linked = is_public(open_list.url)
    if not linked:
        lines += ["", open_list.url]
    lines += silence_lines(open_list.muted, t, MAX_TEXT - size_of(*lines))
    rows = [_row_buttons(row, t) for row in open_list.rows]
    return content_of(lines, *rows, [link(t("All on the web"), open_list.url)] if linked else [])


def _header(card: Card, t: Translator) -> Text:
    emoji = "✅" if card.status is Status.resolved else LEVEL_EMOJI[card.level]
    word = level_word(t, card.level).upper()
    return Text(emoji, " ", Bold(f"{word} #{card.number}"), " · ", card.app)


def _standing(card: Card, t: Translator) -> list[Text]:
    """Who has it, who ended it, or until when it is quiet."""
    if card.status is Status.resolved and card.resolved_by and card.resolved_at:
        values = {
            "name": _name(card.resolved_by),
            "time": date_time(t, card.resolved_at),
            "length": t.duration(card.resolved_at - card.opened_at),
        }
        return [filled(t("Resolved by %(name)s, %(time)s, after %(length)s"), **values)]
    lines = []
    if card.status is Status.snoozed and card.snoozed_until:
        until = date_time(t, card.snoozed_until)
        lines.append(Text("💤 ", filled(t("Snoozed until %(time)s"), time=until)))
    if card.holder:
        lines.append(Text("👤 ", filled(t("%(name)s has it"), name=_name(card.holder))))
    elif card.status is Status.acknowledged:
        lines.append(Text("👤 ", t("Acknowledged")))
    return lines


def _message(card: Card, room: int) -> list[Text]:
    text = cut(card.message.strip(), room - 1)
    if not text or text == card.title:
        return []
    long = len(text) > FOLDED_FROM_CHARS or text.count("\n") >= FOLDED_FROM_LINES
    return [ExpandableBlockQuote(text) if long else BlockQuote(text)]


def _facts(card: Card, t: Translator) -> list[Text | str]:
    first, last = date_time(t, card.opened_at), date_time(t, card.last_seen_at)
    seen = (
        filled(t("First seen %(first)s, last seen %(last)s"), first=first, last=last)
        if card.count > 1
        else filled(t("Seen %(first)s"), first=first)
    )
    count = t.plural("%(num)s report", "%(num)s reports", card.count)
    lines: list[Text | str] = [Text(count, " · ", seen)]
    if card.predecessor:
        lines.append(t("Again after #%(number)s", number=card.predecessor))
    if not is_public(card.url):
        lines.append(card.url)
    return lines


def _row_title(row: OpenRow) -> Text:
    number = f"#{row.number}"
    return Text(
        LEVEL_EMOJI[row.level],
        " ",
        TextLink(number, url=row.url) if is_public(row.url) else number,
        f" · {row.app} · ",
        Bold(cut(one_line(row.title), ROW_TITLE_CHARS)),
    )


def _row_facts(row: OpenRow, t: Translator) -> Text:
    since = date_time(t, row.opened_at)
    if row.snoozed_until:
        until = date_time(t, row.snoozed_until)
        return filled(t("since %(since)s, snoozed until %(until)s"), since=since, until=until)
    if row.holder:
        return filled(t("since %(since)s, %(name)s has it"), since=since, name=_name(row.holder))
    return filled(t("since %(since)s, nobody has it"), since=since)


def _row_buttons(row: OpenRow, t: Translator) -> Buttons:
    shown = (Action.acknowledge, Action.resolve)
    return [
        InlineKeyboardButton(
            text=f"{action_word(t, action)} #{row.number}",
            callback_data=ListPress(action=action, incident_id=row.number).pack(),
        )
        for action in shown
        if action in row.actions
    ]


def _name(name: str) -> str:
    return cut(one_line(name), NAME_CHARS)
