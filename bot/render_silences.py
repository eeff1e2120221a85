"""Silences as text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from aiogram.utils.formatting import Bold, Text

from bot.content import cut, date_time, filled, one_line, size_of
from core.i18n import Translator

REASON_CHARS = 100


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """One app whose cards make no sound."""

    app: str
    until: datetime
    by: str
    reason: str


def silence_line(row: SilenceRow, t: Translator, zone: tzinfo = UTC) -> Text:
    """Say which app is silent, until when, by whom, and why if it was told."""
    values = {"app": row.app, "time": date_time(t, row.until, zone), "name": one_line(row.by)}
    if row.reason:
        reason = cut(one_line(row.reason), REASON_CHARS)
        told = t("%(app)s makes no sound until %(time)s (%(name)s: %(reason)s)")
        return Text("🔕 ", filled(told, **values, reason=reason))
    return Text("🔕 ", filled(t("%(app)s makes no sound until %(time)s (%(name)s)"), **values))


def silence_lines(rows: Sequence[SilenceRow], t: Translator, room: int) -> list[Text | str]:
    """Make the part of /open about silences, as many as there is room for."""
    if not rows:
        return []
    lines: list[Text | str] = ["", Bold(t("Muted"))]
    more = t("There are more than these.")
    room -= size_of(*lines, more)
    for row in rows:
        line = silence_line(row, t)
        room -= size_of(line)
        if room < 0:
            return [*lines, more]
        lines.append(line)
    return lines
