"""Reports that meet what people do at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import select

from core.db import Database
from core.incidents import Changes, act, edit
from core.intake import Intake
from core.levels import Level
from core.lifecycle import Action, Status
from core.models import Incident
from core.reports import Receipt, Report
from core.timeline import Actor
from tests.core.races import PATIENCE, somebody_waits
from tests.factories import Scene


def report_of(incident: Incident, now: datetime) -> Report:
    return Report(
        app_id=incident.app_id,
        uid=uuid4(),
        title=incident.title,
        message=incident.message,
        level=incident.level,
        fingerprint=incident.fingerprint,
        occurred_at=now,
        received_at=now,
    )


async def reported_during(
    database: Database, now: datetime, report: Report, work: Callable[[Any], Awaitable[Any]]
) -> Receipt:
    """Do the work, and commit it only when a report of the same incident waits for it."""
    intake = Intake(database, lambda: now, max_reports=10, max_bytes=10_000, max_batch=10)
    intake.start()
    async with asyncio.timeout(PATIENCE):
        async with database.writing() as session:
            await work(session)
            sent = asyncio.create_task(intake.submit(report))
            if not database.is_sqlite:
                await somebody_waits(database, sent)
        receipt = await sent
    await intake.stop()
    return receipt


async def incidents(database: Database) -> list[tuple[int, Status, int]]:
    async with database.reading() as session:
        query = select(Incident.id, Incident.status, Incident.count).order_by(Incident.id)
        return [(number, status, count) for number, status, count in await session.execute(query)]


async def test_a_report_that_comes_during_the_resolve_opens_a_new_incident(
    database: Database, scene: Scene, incident: Incident, now: datetime, alice: Actor
) -> None:
    receipt = await reported_during(
        database,
        now,
        report_of(incident, now),
        lambda session: act(session, now, incident.id, Action.resolve, alice),
    )
    assert await incidents(database) == [
        (incident.id, Status.resolved, 1),
        (receipt.incident_id, Status.open, 1),
    ]
    assert (receipt.new, receipt.status) == (True, Status.open)


async def test_a_report_that_comes_during_the_acknowledge_is_told_the_new_status(
    database: Database, scene: Scene, incident: Incident, now: datetime, alice: Actor
) -> None:
    receipt = await reported_during(
        database,
        now,
        report_of(incident, now),
        lambda session: act(session, now, incident.id, Action.acknowledge, alice),
    )
    assert (receipt.new, receipt.status, receipt.count) == (False, Status.acknowledged, 2)
    assert await incidents(database) == [(incident.id, Status.acknowledged, 2)]


async def test_a_level_that_a_person_sets_meanwhile_stays(
    database: Database, scene: Scene, incident: Incident, now: datetime, alice: Actor
) -> None:
    await reported_during(
        database,
        now,
        msgspec.structs.replace(report_of(incident, now), level=Level.crit),
        lambda session: edit(session, now, incident.id, alice, Changes(level=Level.info)),
    )
    async with database.reading() as session:
        assert (await session.get_one(Incident, incident.id)).level is Level.info
