"""Moments as people choose them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.moments import SnoozeChoice

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_a_snooze_is_counted_from_now() -> None:
    assert SnoozeChoice.hour.until(NOW, UTC) == NOW + timedelta(hours=1)
    assert SnoozeChoice.four_hours.until(NOW, UTC) == NOW + timedelta(hours=4)


@pytest.mark.parametrize(
    ("zone", "morning"),
    [
        ("UTC", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        ("Europe/Moscow", datetime(2026, 11, 25, 6, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
    ],
)
def test_the_morning_is_tomorrow_where_the_chat_is(zone: str, morning: datetime) -> None:
    assert SnoozeChoice.morning.until(NOW, ZoneInfo(zone)) == morning


def test_the_morning_is_nine_on_the_clock_when_the_clocks_change_that_night() -> None:
    before = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    morning = SnoozeChoice.morning.until(before, ZoneInfo("Europe/Berlin"))
    assert (morning - before) == timedelta(hours=12)
