"""When a digest is due: by the chat's own clock, once, whoever looks, and once more after a gap."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from core.chats import ensure_chat
from core.db import Database
from core.errors import InvalidInput, NotFound
from core.models import Chat, DigestSchedule, Notice
from core.schedules import (
    DEFAULT_CRON,
    LATE_AFTER,
    all_schedules,
    ensure_schedule,
    next_due,
    previous_due,
    raise_due_digests,
    schedule_of,
    set_schedule,
)
from tests.core.races import Work, both_at_once, committed, rolled_back
from tests.factories import DEFAULTS, OPS, Scene

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OTHER = -1002


def line(cron: str, time_zone: str = "UTC") -> DigestSchedule:
    return DigestSchedule(chat_id=OPS, cron=cron, time_zone=time_zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def raised(now: datetime) -> Work[int]:
    return lambda session: raise_due_digests(session, now)


def scheduled(
    now: datetime, cron: str, time_zone: str = "UTC", *, chat_id: int = OPS, enabled: bool = True
) -> Work[DigestSchedule]:
    return lambda session: set_schedule(session, now, chat_id, cron, time_zone, enabled=enabled)


async def told(database: Database) -> list[dict[str, Any]]:
    """What the notices say, in the order in which they were written."""
    async with database.reading() as session:
        notices = (await session.scalars(select(Notice).order_by(Notice.id))).all()
    assert {(notice.kind, notice.status) for notice in notices} <= {
        ("digest", "waiting"),
        ("digest", "failed"),
    }
    return [notice.data for notice in notices]


def window(since: datetime, until: datetime, *, late: bool = False) -> dict[str, Any]:
    return {"since": since.isoformat(), "until": until.isoformat(), "late": late}


@pytest.fixture
async def daily(database: Database, scene: Scene, now: datetime) -> DigestSchedule:
    """Ops has the default schedule since the scene's beginning, at nine."""
    async with database.writing() as session:
        return await ensure_schedule(session, now, await session.get_one(Chat, OPS))


async def test_a_chat_gets_the_default_schedule_once(
    database: Database, scene: Scene, daily: DigestSchedule, now: datetime
) -> None:
    assert (daily.cron, daily.time_zone, daily.enabled) == (DEFAULT_CRON, "UTC", True)
    await committed(database, scheduled(now, "0 7 * * *"))
    async with database.writing() as session:
        await ensure_schedule(session, now + DAY, await session.get_one(Chat, OPS))
    async with database.reading() as session:
        ((kept, chat),) = await all_schedules(session)
        assert (kept.cron, kept.last_due_at, chat.id) == ("0 7 * * *", now, OPS)
        assert await schedule_of(session, OTHER) is None


async def test_a_digest_is_raised_at_its_time_and_only_once(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    due = now + DAY
    moments = (now + MINUTE, due - MOMENT, due, due, due + MINUTE, due + DAY)
    found = [await committed(database, raised(moment)) for moment in moments]
    assert found == [0, 0, 1, 0, 0, 1]
    assert await told(database) == [window(now, due), window(due, due + DAY)]


async def test_of_two_processes_at_once_one_raises_the_digest(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    due = now + DAY
    assert await both_at_once(database, raised(due), raised(due + MINUTE)) == (1, 0)
    assert len(await told(database)) == 1


async def test_many_who_look_at_the_same_minute_raise_each_chats_digest_once(
    database: Database, database_url: str, scene: Scene, now: datetime
) -> None:
    for chat_id in range(-2005, -2000):
        async with database.writing() as session:
            await ensure_chat(session, chat_id, DEFAULTS)
        await committed(database, scheduled(now, "0 9 * * *", chat_id=chat_id))
    other = Database(database_url)
    looks = [committed(one, raised(now + DAY)) for one in (database, other) * 3]
    assert sum(await asyncio.gather(*looks)) == 5
    await other.close()
    assert len(await told(database)) == 5


async def test_a_crash_at_that_minute_loses_nothing_and_doubles_nothing(
    database: Database, database_url: str, daily: DigestSchedule, now: datetime
) -> None:
    due = now + DAY
    await rolled_back(database, raised(due))
    assert await told(database) == []
    restarted = Database(database_url)
    assert await committed(restarted, raised(due + timedelta(seconds=5))) == 1
    assert await committed(restarted, raised(due + timedelta(seconds=6))) == 0
    await restarted.close()
    assert await told(database) == [window(now, due)]


async def test_after_a_longer_downtime_the_newest_missed_digest_comes_once_and_says_late(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    back = now + 3 * DAY + 5 * HOUR
    assert await committed(database, raised(back)) == 1
    assert await committed(database, raised(back + MINUTE)) == 0
    newest = window(now + 2 * DAY, now + 3 * DAY, late=True)
    assert await told(database) == [newest]
    assert await committed(database, raised(now + 4 * DAY)) == 1
    assert (await told(database))[1] == window(now + 3 * DAY, now + 4 * DAY)


async def test_a_short_restart_makes_no_digest_late(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    await committed(database, raised(now + DAY + LATE_AFTER))
    await committed(database, raised(now + 2 * DAY + LATE_AFTER + MOMENT))
    assert [data["late"] for data in await told(database)] == [False, True]


async def test_a_schedule_that_is_off_raises_none_and_none_of_them_when_it_is_on_again(
    database: Database, scene: Scene, now: datetime
) -> None:
    await committed(database, scheduled(now, "0 9 * * *", enabled=False))
    assert await committed(database, raised(now + 2 * DAY)) == 0
    on_again = now + 2 * DAY + HOUR
    await committed(database, scheduled(on_again, "0 9 * * *"))
    assert await committed(database, raised(on_again + MINUTE)) == 0
    assert await committed(database, raised(now + 3 * DAY)) == 1


async def test_a_changed_schedule_counts_from_its_change(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    half_past = now + 30 * MINUTE
    await committed(database, scheduled(half_past, "  15   9 * *  * "))
    assert await committed(database, raised(half_past + MINUTE)) == 0
    assert await committed(database, raised(now + DAY)) == 0
    assert await committed(database, raised(now + DAY + 15 * MINUTE)) == 1


async def test_a_weekly_digest_is_of_a_week(
    database: Database, scene: Scene, now: datetime
) -> None:
    monday = now  # 2026-11-23 is one
    await committed(database, scheduled(now, "0 9 * * mon"))
    assert [await committed(database, raised(monday + n * DAY)) for n in (1, 6, 7)] == [0, 0, 1]
    assert await told(database) == [window(monday, monday + 7 * DAY)]


async def test_the_day_of_a_changed_clock_is_as_long_as_it_is(
    database: Database, scene: Scene
) -> None:
    before = at("2026-10-24T09:00+02:00")
    await committed(database, scheduled(before, "0 9 * * *", "Europe/Berlin"))
    autumn, day_after = at("2026-10-25T09:00+01:00"), at("2026-10-26T09:00+01:00")
    for moment in (autumn, day_after):
        assert await committed(database, raised(moment - MOMENT)) == 0
        assert await committed(database, raised(moment)) == 1
    assert await told(database) == [window(before, autumn), window(autumn, day_after)]
    assert autumn - before == 25 * HOUR


async def test_what_cannot_be_a_schedule_names_its_field_and_changes_nothing(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    for cron, time_zone, field in (
        ("0 9 * *", "UTC", "cron"),
        ("0 25 * * *", "UTC", "cron"),
        ("0 9 * * 8", "UTC", "cron"),
        ("every morning at 9", "UTC", "cron"),
        ("", "UTC", "cron"),
        (f"0 9 * * {','.join(['1-5'] * 30)}", "UTC", "cron"),
        ("0 9 * * *", "Europe/Atlantis", "time_zone"),
        ("0 9 * * *", "", "time_zone"),
        ("0 9 * * *", "../../etc/passwd", "time_zone"),
    ):
        async with database.writing() as session:
            with pytest.raises(InvalidInput) as fault:
                await set_schedule(session, now, OPS, cron, time_zone, enabled=True)
        assert fault.value.field == field
    async with database.reading() as session:
        kept = await session.get_one(DigestSchedule, OPS)
    assert (kept.cron, kept.time_zone) == (DEFAULT_CRON, "UTC")


async def test_a_chat_that_nobody_knows_has_no_schedule(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound, match="chat -1002 does not exist"):
            await set_schedule(session, now, OTHER, DEFAULT_CRON, "UTC", enabled=True)


async def test_a_line_that_never_comes_raises_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    never = await committed(database, scheduled(now, "0 9 31 2 *"))
    assert next_due(never, now) is None
    assert previous_due(never, now) is None
    assert await committed(database, raised(now + 365 * DAY)) == 0


@pytest.mark.parametrize(
    ("cron", "time_zone", "times"),
    [
        ("0 9 * * *", "Europe/Berlin", ["2027-03-27T09+01", "2027-03-28T09+02"]),
        ("0 9 * * *", "Europe/Berlin", ["2026-10-24T09+02", "2026-10-25T09+01"]),
        ("30 2 * * *", "Europe/Berlin", ["2027-03-27T02:30+01", "2027-03-28T03:30+02"]),
        ("30 2 * * *", "Europe/Berlin", ["2026-10-25T02:30+02", "2026-10-26T02:30+01"]),
        ("0 * * * *", "Europe/Berlin", ["2027-03-28T01+01", "2027-03-28T03+02"]),
        ("0 * * * *", "Europe/Berlin", ["2026-10-25T02+02", "2026-10-25T03+01"]),
        ("0 0 * * *", "Asia/Beirut", ["2026-03-28T00+02", "2026-03-29T01+03", "2026-03-30T00+03"]),
        ("0 9 * * 1-5", "Asia/Kathmandu", ["2026-11-20T09+05:45", "2026-11-23T09+05:45"]),
        ("0 9 29 2 *", "UTC", ["2024-02-29T09+00", "2028-02-29T09+00"]),
    ],
)
def test_one_due_time_follows_another_on_the_chats_own_clock(
    cron: str, time_zone: str, times: list[str]
) -> None:
    schedule = line(cron, time_zone)
    moments = [at(text) for text in times]
    for one, other in pairwise(moments):
        for moment in (one, one + (other - one) / 2, other - MOMENT):
            assert next_due(schedule, moment) == other


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "0 9 * * *", "*/7 3 * * *", "0 0 1 1 *", "* * * 10 *", "15 2 25-31 3,10 0"],
)
def test_the_previous_due_time_is_the_one_that_the_next_one_follows(cron: str) -> None:
    schedule = line(cron, "Europe/Berlin")
    for moment in (
        at("2026-03-29T01:30+01:00"),
        at("2026-10-25T02:30+01:00"),
        at("2026-11-23T00+00"),
    ):
        due = previous_due(schedule, moment)
        assert due is not None
        assert due < moment
        following = next_due(schedule, due)
        assert following is not None
        assert following >= moment


def test_what_did_not_come_for_a_year_has_no_previous_due_time() -> None:
    assert previous_due(line("0 9 29 2 *"), at("2027-01-01T00+00")) is None


async def test_a_digest_that_could_not_be_sent_gives_way_to_the_next(
    database: Database, daily: DigestSchedule, now: datetime
) -> None:
    for day in (1, 2, 3):
        await committed(database, raised(now + day * DAY))
    async with database.reading() as session:
        notices = (await session.scalars(select(Notice).order_by(Notice.id))).all()
    assert [notice.status for notice in notices] == ["failed", "failed", "waiting"]
