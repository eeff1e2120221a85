"""Cron lines, read by APScheduler, on the clock of a time zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from core.errors import InvalidInput

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WEEKDAY = rf"[0-7]|{'|'.join(_NAMES)}"
_SPAN = re.compile(
    rf"(\*|(?P<first>{_WEEKDAY})(-(?P<last>{_WEEKDAY}))?)(/(?P<step>[1-7]))?", re.IGNORECASE
)


def next_after(cron: str, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Find the first time of a five-field cron line, or of a nickname, after a moment, in UTC.

    Days of the week count from Sunday, as cron's do; where days of the month and of the week are
    both named, either will do. When the clock is put back, a time that comes twice counts at the
    first; when it is put forward, a time that is left out counts as much later as the clock jumps.
    None when it never comes. Raises InvalidInput for a line that is none.
    """
    found = [_next_of(trigger, zone, moment) for trigger in _triggers_of(cron)]
    return min((due_at for due_at in found if due_at), default=None)


def _next_of(trigger: CronTrigger, zone: ZoneInfo, moment: datetime) -> datetime | None:
    wall = _wall_clock(moment, zone)
    while wall := trigger.get_next_fire_time(None, wall + _INSTANT):
        due_at: datetime = wall.replace(tzinfo=zone).astimezone(UTC)
        if due_at > moment:
            return due_at
    return None


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Read the clock on the wall, written as UTC; for a day after a change the earlier reading.

    So no time is passed over that a clock put forward left out.
    """
    return min(
        (moment - back).astimezone(zone).replace(tzinfo=UTC) + back for back in (timedelta(0), _DAY)
    )


def _triggers_of(cron: str) -> list[CronTrigger]:
    line = _NICKNAMES.get(cron.strip().lower(), cron)
    try:
        return [_trigger_of(fields) for fields in _either_day(line.split())]
    except ValueError as error:
        raise InvalidInput("cron", f"not a cron line such as 0 9 * * 1-5: {error}") from None


def _either_day(fields: list[str]) -> list[list[str]]:
    """Take a line apart that names days of the month and of the week: the trigger wants both."""
    if any(field.startswith("*") for field in fields[2:5:2]):
        return [fields]
    return [[*fields[:4], "*", *fields[5:]], [*fields[:2], "*", *fields[3:]]]


def _trigger_of(fields: list[str]) -> CronTrigger:
    fields = [*fields[:4], *map(_spelled_out, fields[4:5]), *fields[5:]]
    return CronTrigger.from_crontab(" ".join(fields), timezone=UTC)


def _spelled_out(weekdays: str) -> str:
    """List days of the week one by one as APScheduler counts them: from Monday."""
    days = {(day - 1) % 7 for span in weekdays.split(",") for day in _days_of(span)}
    return ",".join(map(str, sorted(days)))


def _days_of(span: str) -> range:
    found = _SPAN.fullmatch(span)
    if found is None:
        raise ValueError(f"{span or 'nothing'} is no day of the week")
    first = _number(found["first"] or "sun")
    last = _number(found["last"] or found["first"] or "sat")
    return range(first, last + 1 if last >= first else last + 8, int(found["step"] or 1))


def _number(day: str) -> int:
    return int(day) if day.isdecimal() else _NAMES.index(day.lower())
