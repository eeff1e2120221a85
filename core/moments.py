"""Moments as people choose them. Pure."""

from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

MORNING = time(9)


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
