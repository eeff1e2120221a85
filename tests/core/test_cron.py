"""Cron lines: as every crontab reads them, in the zone of the chat."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.cron import next_after
from core.errors import InvalidInput

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK_END = SUNDAY + timedelta(days=7)


def days(cron: str) -> list[str]:
    """Name the days of a week that begins on Sunday on which a line comes."""
    found, moment = [], next_after(cron, ZoneInfo("UTC"), SUNDAY)
    while moment and moment < WEEK_END:
        found.append(f"{moment:%a}")
        moment = next_after(cron, ZoneInfo("UTC"), moment)
    return found


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("*", "Sun Mon Tue Wed Thu Fri Sat"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("0", "Sun"),
        ("7", "Sun"),
        ("6", "Sat"),
        ("0,6", "Sun Sat"),
        ("5-7", "Sun Fri Sat"),
        ("1-5/2", "Mon Wed Fri"),
        ("mon-fri", "Mon Tue Wed Thu Fri"),
        ("MON", "Mon"),
    ],
)
def test_weekdays_count_from_sunday_as_in_every_crontab(field: str, names: str) -> None:
    assert days(f"0 9 * * {field}") == names.split()


def test_days_of_the_month_and_of_the_week_are_alternatives_as_in_every_crontab() -> None:
    assert days("0 9 24,25 * fri") == ["Tue", "Wed", "Fri"]
    assert days("0 9 */2 * fri") == ["Fri"]
    assert days("0 9 24 * *") == ["Tue"]


def test_a_nickname_is_a_line() -> None:
    assert next_after("@daily", BERLIN, SUNDAY) == next_after("0 0 * * *", BERLIN, SUNDAY)


def test_a_time_is_that_of_the_zone_summer_and_winter() -> None:
    for month, hour in ((1, 8), (7, 7)):
        moment = datetime(2026, month, 10, tzinfo=UTC)
        assert next_after("0 9 * * *", BERLIN, moment) == moment.replace(hour=hour)


def test_the_moment_itself_is_not_after_itself() -> None:
    nine = SUNDAY.replace(hour=9)
    assert next_after("0 9 * * *", ZoneInfo("UTC"), nine) == nine + timedelta(days=1)
    before = nine - timedelta(microseconds=1)
    assert next_after("0 9 * * *", ZoneInfo("UTC"), before) == nine


def test_a_time_that_the_clocks_skip_is_not_skipped() -> None:
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_after("30 2 * * *", BERLIN, spring) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_show_twice_comes_once() -> None:
    moment, found = datetime(2026, 10, 24, 12, tzinfo=UTC), []
    for _ in range(2):
        moment = next_after("30 2 * * *", BERLIN, moment) or moment
        found.append(moment.astimezone(BERLIN).day)
    assert found == [25, 26]


def test_a_day_that_never_comes_is_never() -> None:
    assert next_after("0 9 31 2 *", BERLIN, SUNDAY) is None


@pytest.mark.parametrize(
    "line", ["", "x", "0 9 * *", "0 9 * * * *", "60 9 * * *", "0 9 * * 8", "*/0 * * * *", "@reboot"]
)
def test_what_is_no_cron_line_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(InvalidInput, match=r"cron: not a cron line such as 0 9 \* \* 1-5"):
        next_after(line, BERLIN, SUNDAY)
