"""What happens by itself: at the start, again and again, and whatever else fails."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from core import access, jobs
from core.db import Database
from core.incidents import SNOOZE, act, find
from core.jobs import JOBS, Jobs
from core.lifecycle import Action, Status
from core.models import Chat, Fact, Incident, LoginLink, Notice
from core.schedules import ensure_schedule
from core.timeline import Actor
from tests.factories import OPS, Scene

PATIENCE = 20
OFTEN = IntervalTrigger(seconds=0.01, timezone="UTC")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A table of jobs to be filled by a test."""
    empty: dict[str, Any] = {}
    monkeypatch.setattr(jobs, "JOBS", empty)
    return empty


async def test_what_was_due_while_nobody_worked_is_done_at_the_start(
    database: Database, scene: Scene, incident: Incident, alice: Actor, now: datetime
) -> None:
    async with database.writing() as session:
        await ensure_schedule(session, now, await session.get_one(Chat, OPS))
        await act(session, now, incident.id, Action.snooze, alice, snooze_for=SNOOZE)
        await access.new_login_link(session, now, scene.bob, timedelta(minutes=10))
    work = Jobs(database, lambda: now + timedelta(days=1))
    await work.start()
    await work.stop()
    async with database.reading() as session:
        assert (await find(session, incident.id)).status is Status.open
        assert await session.scalar(select(func.count()).select_from(Notice)) == 1
        assert await session.scalar(select(func.count()).select_from(LoginLink)) == 0


async def test_an_error_in_one_job_ends_neither_the_others_nor_itself(
    database: Database, now: datetime, table: dict[str, Any]
) -> None:
    calls, again = 0, asyncio.Event()

    async def failing(session: AsyncSession, _: datetime) -> None:
        nonlocal calls
        calls += 1
        session.add(Fact(key=f"half done {calls}", value=""))
        await session.flush()
        if calls > 2:
            again.set()
        raise RuntimeError("out of order")

    async def working(session: AsyncSession, moment: datetime) -> None:
        await session.merge(Fact(key="done", value=moment.isoformat()))

    table |= {"first": (failing, OFTEN), "second": (working, OFTEN)}
    work = Jobs(database, lambda: now)
    with capture_logs() as logs:
        await work.start()
        async with asyncio.timeout(PATIENCE):
            await again.wait()
        await work.stop()
    async with database.reading() as session:
        facts = (await session.scalars(select(Fact))).all()
    assert {fact.key: fact.value for fact in facts} == {"done": now.isoformat()}
    assert {(line["event"], line["job"]) for line in logs} == {("a job failed", "first")}
    assert all(line["exc_info"] for line in logs)


async def test_after_the_stop_no_job_begins(
    database: Database, now: datetime, table: dict[str, Any]
) -> None:
    ran: list[datetime] = []

    async def counted(_: AsyncSession, moment: datetime) -> None:
        ran.append(moment)

    table["count"] = (counted, IntervalTrigger(hours=1, timezone="UTC"))
    work = Jobs(database, lambda: now)
    await work.stop()
    await work.start()
    await work.stop()
    assert ran == [now]


async def test_a_job_that_is_under_way_ends_before_the_stop_does(
    database: Database, now: datetime, table: dict[str, Any]
) -> None:
    calls: list[datetime] = []
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, moment: datetime) -> None:
        calls.append(moment)
        if len(calls) == 2:
            began.set()
            await may_end.wait()
            await session.merge(Fact(key="done", value="yes"))

    table["slow"] = (slow, OFTEN)
    work = Jobs(database, lambda: now)
    await work.start()
    async with asyncio.timeout(PATIENCE):
        await began.wait()
        stopping = asyncio.create_task(work.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        await stopping
    async with database.reading() as session:
        assert await session.get(Fact, "done")
    assert len(calls) == 2


def test_no_trigger_asks_for_the_machines_own_time_zone() -> None:
    for name, (_, trigger) in JOBS.items():
        assert str(trigger.timezone) == "UTC", name
