"""The digest as a message: the same for the schedule and for /digest. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, DateTime, Text, TextLink

from bot.content import (
    MAX_TEXT,
    Content,
    content_of,
    cut,
    date_time,
    filled,
    is_public,
    one_line,
    size_of,
)
from core.digest import Digest, OpenIncident, OpenNow
from core.i18n import Translator
from core.words import LEVEL_EMOJI, level_word

ROW_TITLE_CHARS = 100
MAX_APPS = 10

Lines = list[Text | str]


def digest_text(digest: Digest, t: Translator, zone: tzinfo) -> str:
    """Write a digest as plain text."""
    return digest_content(digest, t, zone).text.render()[0]


def digest_content(digest: Digest, t: Translator, zone: tzinfo, list_url: str = "") -> Content:
    """Draw a digest; of the incidents that are still open as many as fit."""

    def moment(at: datetime) -> DateTime:
        return date_time(t, at, zone)

    span = filled(
        t("From %(since)s to %(until)s"), since=moment(digest.since), until=moment(digest.until)
    )
    lines: Lines = [Text("📊 ", Bold(t("Digest"))), span]
    if digest.late:
        lines.append(t("It comes late: Dispatcher was not running when it was due."))
    lines += ["", *_figures(digest, t), *_levels(digest, t), *_apps(digest, t)]
    open_now = OpenNow(digest.still_open, digest.still_open_total)
    linked = is_public(list_url)
    tail: Lines = [] if linked or not list_url else ["", list_url]
    lines += ["", *still_open(open_now, t, zone, MAX_TEXT - size_of(*lines, *tail)), *tail]
    button = InlineKeyboardButton(text=t("All on the web"), url=list_url)
    return content_of(lines, [button] if linked else [])


def _figures(digest: Digest, t: Translator) -> Lines:
    now, before = digest.now, digest.before
    rows = (
        (t("Opened"), str(now.opened), str(before.opened)),
        (t("Resolved"), str(now.resolved), str(before.resolved)),
        (t("Reports"), str(now.reports), str(before.reports)),
        (t("Mean time to acknowledge"), _length(now.mtta, t), _length(before.mtta, t)),
        (t("Mean time to resolve"), _length(now.mttr, t), _length(before.mttr, t)),
    )
    return [Text(f"{label}: ", Bold(value), f" ({earlier})") for label, value, earlier in rows] + [
        t("In brackets: the same time before.")
    ]


def _length(length: timedelta | None, t: Translator) -> str:
    return "–" if length is None else t.duration(length)


def _levels(digest: Digest, t: Translator) -> Lines:
    rows = [
        f"{LEVEL_EMOJI[row.level]} {level_word(t, row.level)}: {row.count} ({row.before})"
        for row in digest.by_level
    ]
    return _section(t("Reports by level"), rows)


def _apps(digest: Digest, t: Translator) -> Lines:
    rows = [f"{row.name}: {row.count} ({row.before})" for row in digest.by_app[:MAX_APPS]]
    return _section(t("Reports by app"), rows)


def _section(title: str, rows: Sequence[str]) -> Lines:
    return ["", Bold(title), *rows] if rows else []


def still_open(open_now: OpenNow, t: Translator, zone: tzinfo, room: int) -> Lines:
    """List what is open, as much as there is room for."""
    if not open_now.total:
        return [t("Nothing is open.")]
    title = t.plural(
        "%(num)s incident is still open",
        "%(num)s incidents are still open, the oldest first",
        open_now.total,
    )
    return open_rows(Bold(title), open_now.incidents, t, zone, room)


def woken_content(open_now: OpenNow, t: Translator, zone: tzinfo) -> Content:
    """List what is open again because its snooze is over."""
    title = t.plural(
        "%(num)s incident is open again: its snooze is over",
        "%(num)s incidents are open again: their snooze is over",
        open_now.total,
    )
    head = Text("⏰ ", Bold(title))
    return content_of(open_rows(head, open_now.incidents, t, zone, MAX_TEXT))


def open_rows(
    title: Text, incidents: Sequence[OpenIncident], t: Translator, zone: tzinfo, room: int
) -> Lines:
    """List incidents under a title, as many as there is room for."""
    lines: Lines = [title]
    for incident in incidents:
        row = _open_row(incident, t, zone)
        if size_of("", *lines, row) > room:
            break
        lines.append(row)
    return lines


def _open_row(incident: OpenIncident, t: Translator, zone: tzinfo) -> Text:
    number = f"#{incident.number}"
    return Text(
        LEVEL_EMOJI[incident.level],
        " ",
        TextLink(number, url=incident.url) if is_public(incident.url) else number,
        f" · {incident.app} · {cut(one_line(incident.title), ROW_TITLE_CHARS)} · ",
        filled(t("since %(since)s"), since=date_time(t, incident.opened_at, zone)),
    )
