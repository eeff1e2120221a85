"""Heartbeats: what each kind does, silence that is told once, and a history that stays small."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from core.check_plans import CheckStatus, Plan
from core.checks import create_check, find_check, pause, resume
from core.db import Database
from core.heartbeats import MAX_PINGS, Heartbeat, PingKind, beat, pings_of, raise_overdue
from core.levels import Level
from core.lifecycle import Status
from core.logs import tails_of_report, unpack_bytes
from core.models import App, Card, Chat, Check, Incident, Report
from core.timeline import timeline
from tests.core.races import Work, both_at_once, committed
from tests.factories import OPS, Scene

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PLAN = Plan(period=HOUR, grace=5 * MINUTE, level=Level.crit)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def backup(database: Database, scene: Scene, now: datetime) -> Check:
    async with database.writing() as session:
        return await create_check(
            session, now, scene.shop.id, slug="backup", name="Backup", plan=PLAN
        )


def told(check: Check, at: datetime, kind: str = "success", **values: Any) -> Work[Check]:
    heartbeat = Heartbeat(PingKind(kind), **values)
    return lambda session: beat(session, at, check.id, heartbeat)


def looked(at: datetime) -> Work[int]:
    return lambda session: raise_overdue(session, at)


async def incidents(database: Database) -> Sequence[Incident]:
    async with database.reading() as session:
        return (await session.scalars(select(Incident).order_by(Incident.id))).all()


async def test_silence_is_told_once_and_the_next_heartbeat_resolves_it(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now))
    assert await committed(database, looked(now + 65 * MINUTE - timedelta(seconds=1))) == 0
    assert await committed(database, looked(now + 65 * MINUTE)) == 1
    assert await committed(database, looked(now + 2 * HOUR)) == 0
    (incident,) = await incidents(database)
    assert (incident.title, incident.level, incident.count) == ("Backup is silent", Level.crit, 1)
    assert "Last heard of on 23 Nov 2026, 09:00:00." in incident.message
    assert "Expected every 1 hr, with 5 min of grace." in incident.message
    async with database.reading() as session:
        assert (await session.scalars(select(Card.chat_id))).all() == [OPS]
    check = await committed(database, told(backup, now + 3 * HOUR))
    (incident,) = await incidents(database)
    assert (incident.status, check.status) == (Status.resolved, CheckStatus.up)
    async with database.reading() as session:
        entries = await timeline(session, incident.id)
    assert [(entry.kind, entry.actor) for entry in entries] == [
        ("opened", ""),
        ("resolved", "Backup"),
    ]


async def test_of_two_who_look_at_once_one_tells(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now))
    later = now + 2 * HOUR
    assert sorted(await both_at_once(database, looked(later), looked(later))) == [0, 1]
    (incident,) = await incidents(database)
    assert incident.count == 1


async def test_a_heartbeat_that_waits_for_whoever_tells_of_the_silence_ends_it(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now))
    late = now + 2 * HOUR
    _, check = await both_at_once(database, looked(late), told(backup, late))
    assert check.status == CheckStatus.up
    assert [incident.status for incident in await incidents(database)] == [Status.resolved]


async def test_a_report_shows_how_the_last_runs_ended(
    database: Database, backup: Check, now: datetime
) -> None:
    for number, kind in enumerate(("fail", "start", "success", "success")):
        await committed(database, told(backup, now + number * MINUTE, kind))
    await committed(database, looked(now + 2 * HOUR))
    assert (await incidents(database))[-1].message.endswith("\nLately: ❌✅✅")
    for number in range(12):
        await committed(database, told(backup, now + 3 * HOUR + number * MINUTE))
    await committed(database, told(backup, now + 4 * HOUR, "fail", exit_status=3))
    shown = "✅" * 9 + "❌"
    assert (await incidents(database))[-1].message == f"Exit status 3.\nLately: {shown}"


@SQLITE
async def test_a_failure_is_told_at_once_with_what_it_said(
    database: Database, backup: Check, now: datetime
) -> None:
    for _ in range(2):
        await committed(
            database, told(backup, now, "fail", exit_status=3, body=b"no room\r\non disk\n")
        )
    (incident,) = await incidents(database)
    assert (incident.title, incident.message, incident.count) == (
        "Backup failed",
        "Exit status 3.",
        2,
    )
    async with database.reading() as session:
        report = (await session.scalars(select(Report.id))).first()
        (tail,) = await tails_of_report(session, report or 0)
    assert (tail.source, tail.lines) == ("backup", ["no room", "on disk"])


@SQLITE
async def test_a_run_that_does_not_end_within_the_grace_is_told(
    database: Database, backup: Check, now: datetime
) -> None:
    check = await committed(database, told(backup, now, "start"))
    assert check.due_at == now + 5 * MINUTE
    assert await committed(database, looked(now + 5 * MINUTE)) == 1
    (incident,) = await incidents(database)
    assert incident.title == "Backup does not end"


@SQLITE
async def test_the_end_of_a_run_is_paired_with_its_start(
    database: Database, backup: Check, now: datetime
) -> None:
    one, other = uuid4(), uuid4()
    await committed(database, told(backup, now, "start", rid=one))
    await committed(database, told(backup, now + MINUTE, rid=other))
    check = await committed(database, told(backup, now + 2 * MINUTE, "log", rid=one))
    assert check.started_at == now
    check = await committed(database, told(backup, now + 3 * MINUTE, rid=one))
    assert (check.started_at, check.due_at) == (None, now + 68 * MINUTE)
    async with database.reading() as session:
        pings = await pings_of(session, backup.id)
    assert [(ping.number, ping.kind, ping.duration_seconds) for ping in pings] == [
        (4, "success", 180.0),
        (3, "log", None),
        (2, "success", None),
        (1, "start", None),
    ]


@SQLITE
async def test_a_log_is_a_word_in_the_timeline_and_changes_nothing(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now, "fail"))
    check = await committed(database, told(backup, now + MINUTE, "log", body=b"trying again"))
    assert check.status == CheckStatus.down
    (incident,) = await incidents(database)
    async with database.reading() as session:
        last = (await timeline(session, incident.id))[-1]
    assert (last.kind, last.data) == ("commented", {"text": "Backup\ntrying again"})


@SQLITE
async def test_a_paused_check_keeps_what_it_hears_and_raises_nothing(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now))
    await committed(database, lambda session: pause(session, backup.id))
    assert await committed(database, looked(now + 2 * HOUR)) == 0
    check = await committed(database, told(backup, now + 2 * HOUR, "fail"))
    assert (check.status, check.pings) == (CheckStatus.paused, 2)
    check = await committed(database, lambda session: resume(session, backup.id))
    assert (check.status, check.due_at) == (CheckStatus.new, None)
    assert await incidents(database) == []


@SQLITE
async def test_a_check_of_an_archived_app_raises_nothing(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, told(backup, now))
    async with database.writing() as session:
        await session.execute(update(App).values(archived_at=now))
    assert await committed(database, looked(now + 2 * HOUR)) == 0


@SQLITE
async def test_the_history_is_bounded_in_number_and_size(
    database: Database, backup: Check, now: datetime
) -> None:
    async with database.writing() as session:
        for _ in range(MAX_PINGS + 2):
            await beat(session, now, backup.id, Heartbeat(body=b"x" * 10_001))
    async with database.reading() as session:
        pings = await pings_of(session, backup.id)
        check = await find_check(session, backup.id)
    assert (len(pings), pings[-1].number, check.pings) == (MAX_PINGS, 3, MAX_PINGS + 2)
    assert len(unpack_bytes(pings[0].body)) == 10_000


@SQLITE
async def test_a_report_speaks_the_language_and_the_hour_of_its_chat(
    database: Database, backup: Check, now: datetime
) -> None:
    async with database.writing() as session:
        await session.execute(update(Chat).values(locale="ru", time_zone="Europe/Moscow"))
    await committed(database, told(backup, now))
    await committed(database, looked(now + 2 * HOUR))
    (incident,) = await incidents(database)
    assert incident.title == "Backup молчит"
    assert "23 нояб. 2026, 12:00:00" in incident.message


@SQLITE
async def test_who_was_away_gives_every_check_its_grace_again(
    database: Database, backup: Check, now: datetime
) -> None:
    await committed(database, looked(now))
    await committed(database, told(backup, now))
    back = now + 10 * HOUR
    assert await committed(database, looked(back)) == 0
    async with database.reading() as session:
        assert (await find_check(session, backup.id)).due_at == back + 5 * MINUTE
    for minute in range(1, 5):
        assert await committed(database, looked(back + minute * MINUTE)) == 0
    assert await committed(database, looked(back + 5 * MINUTE)) == 1
