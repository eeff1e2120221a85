"""Cron lines, read by APScheduler."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from core.errors import InvalidInput


def next_after(cron: str, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Find the first time of a five-field cron line after a moment, in UTC.

    None when it never comes. Raises InvalidInput for a line that is none.
    """
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=zone)
    except ValueError as error:
        raise InvalidInput("cron", f"not a cron line such as 0 9 * * 1-5: {error}") from None
    found = trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
    return found.astimezone(UTC) if found else None
