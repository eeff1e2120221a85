"""Moments as people choose and write them, in English and in Russian. Pure."""

import re
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

MORNING = time(9)
MAX_AHEAD = timedelta(days=31)

_UNITS = {
    **dict.fromkeys("mм", timedelta(minutes=1)),
    **dict.fromkeys("hч", timedelta(hours=1)),
    **dict.fromkeys("dд", timedelta(days=1)),
}
_PARTS = re.compile(rf"([0-9]{{1,5}})([{''.join(_UNITS)}])", re.IGNORECASE)
_LENGTH = re.compile(rf"((?:{_PARTS.pattern})+)(?:\s+|$)", re.IGNORECASE)
_EXACT_UNITS = {**_UNITS, **dict.fromkeys("sс", timedelta(seconds=1))}
_EXACT_PART = re.compile(rf"([0-9]{{1,8}})([{''.join(_EXACT_UNITS)}])", re.IGNORECASE)
_EXACT = re.compile(rf"(?:{_EXACT_PART.pattern}){{1,4}}", re.IGNORECASE)
_CLOCK = re.compile(r"(?:until|до)\s+([01]?[0-9]|2[0-3]):([0-5][0-9])(?:\s+|$)", re.IGNORECASE)


class SnoozeChoice(StrEnum):
    """How long a snooze is to last, as the menu offers it."""

    hour = "1h"
    four_hours = "4h"
    morning = "morning"

    def until(self, now: datetime, zone: tzinfo) -> datetime:
        """Find when it ends; the morning is tomorrow's nine o'clock in a time zone."""
        if self is SnoozeChoice.morning:
            tomorrow = now.astimezone(zone).date() + timedelta(days=1)
            return datetime.combine(tomorrow, MORNING, zone)
        return now + timedelta(hours=1 if self is SnoozeChoice.hour else 4)


def read_until(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, str] | None:
    """Read the moment a text begins with: `2h`, `1d12h` or `until 09:00`, the next such time.

    Returns it with the rest of the text; None for what is no moment of the next 31 days.
    """
    if found := _LENGTH.match(text):
        parts = _PARTS.findall(found[1])
        until = now + sum((int(n) * _UNITS[unit.lower()] for n, unit in parts), timedelta())
    elif found := _CLOCK.match(text):
        until = _next(time(int(found[1]), int(found[2])), now, zone)
    else:
        return None
    if not now < until <= now + MAX_AHEAD:
        return None
    return until, text[found.end() :]


def read_length(text: str) -> timedelta | None:
    """Read a length of time such as 1d12h, 30m or 45s; None for what is none."""
    compact = "".join(text.split())
    if not _EXACT.fullmatch(compact):
        return None
    parts = _EXACT_PART.findall(compact)
    return sum((int(n) * _EXACT_UNITS[unit.lower()] for n, unit in parts), timedelta())


def length_text(length: timedelta) -> str:
    """Write a length of time as it is read: 1d12h."""
    text, rest = "", int(length.total_seconds())
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, seconds)
        text += f"{count}{unit}" if count else ""
    return text


def _next(clock: time, now: datetime, zone: tzinfo) -> datetime:
    """Find the next time a clock in this zone shows this."""
    today = now.astimezone(zone).date()
    at = datetime.combine(today, clock, zone)
    return at if at > now else datetime.combine(today + timedelta(days=1), clock, zone)
