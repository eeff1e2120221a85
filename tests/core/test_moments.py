"""Moments as people choose them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.moments import MAX_AHEAD, SnoozeChoice, length_text, read_length, read_until

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


@pytest.mark.parametrize(
    ("text", "length", "rest"),
    [
        ("30m", timedelta(minutes=30), ""),
        ("2h planned reboot", timedelta(hours=2), "planned reboot"),
        ("1d12h", timedelta(hours=36), ""),
        ("31d", MAX_AHEAD, ""),
        ("45М диск", timedelta(minutes=45), "диск"),
        ("2ч  замена диска", timedelta(hours=2), "замена диска"),
        ("1д", timedelta(days=1), ""),
    ],
)
def test_a_length_is_read_in_both_languages(text: str, length: timedelta, rest: str) -> None:
    assert read_until(text, NOW, UTC) == (NOW + length, rest)


@pytest.mark.parametrize(
    ("text", "zone", "until"),
    [
        ("until 23:00 reboot", "UTC", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        ("until 9:00 reboot", "UTC", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        ("до 09:00 reboot", "Europe/Moscow", datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        ("until 22:30 reboot", "UTC", datetime(2026, 11, 24, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_the_next_one_where_the_chat_is(
    text: str, zone: str, until: datetime
) -> None:
    assert read_until(text, NOW, ZoneInfo(zone)) == (until, "reboot")


@pytest.mark.parametrize(
    "text",
    [
        *["", "reboot", "2", "h", "0m", "-5m", "2hours", "2h30", "32d", "99999d", "123456m"],
        *["until", "until 24:00", "until 9", "until 9:60", "until tomorrow", "9:00", "٢h"],
    ],
)
def test_what_is_no_moment_of_the_next_month_is_not_read(text: str) -> None:
    assert read_until(text, NOW, UTC) is None


@pytest.mark.parametrize(
    ("text", "seconds", "again"),
    [
        ("15m", 900, "15m"),
        ("1d 12h", 129_600, "1d12h"),
        ("90s", 90, "1m30s"),
        ("2ч 5с", 7205, "2h5s"),
        ("", None, ""),
        ("5", None, ""),
        ("often", None, ""),
    ],
)
def test_a_length_is_read_and_written(text: str, seconds: int | None, again: str) -> None:
    length = read_length(text)
    assert (length and length.total_seconds()) == seconds
    assert (length_text(length) if length else "") == again
