"""An app's incidents that end by themselves: what is not reported again for its quiet hours."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import lasting
from core.checks import create_check
from core.db import Database
from core.heartbeats import Heartbeat, PingKind, beat
from core.incidents import act, find
from core.intake_batch import write_reports
from core.lifecycle import Action, Status
from core.models import Incident
from core.timeline import SYSTEM, last_status_entry
from tests.core.reporting import report
from tests.factories import Scene, make_incident

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def quiet_shop(database: Database, scene: Scene) -> Scene:
    async with database.writing() as session:
        session.add(scene.shop)
        scene.shop.quiet_hours = 24
    return scene


async def test_what_is_not_reported_for_so_long_is_over(
    database: Database, quiet_shop: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, quiet_shop.shop)
        assert await lasting.end_quiet(session, now + DAY - MOMENT) == 0
        assert await lasting.end_quiet(session, now + DAY) == 1
        assert await status_of(session, incident) is Status.resolved
        assert (await last_status_entry(session, incident.id)).actor == "nobody repeats it"


async def test_a_report_begins_the_quiet_anew(
    database: Database, quiet_shop: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for at in (now, now + DAY - MOMENT):
            await write_reports(session, [report(quiet_shop.shop.id, at)])
        assert await lasting.end_quiet(session, now + DAY) == 0
        assert await lasting.end_quiet(session, now + 2 * DAY) == 1


async def test_who_has_it_keeps_nothing_open_but_a_snooze_does(
    database: Database, quiet_shop: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        taken = await make_incident(session, now, quiet_shop.shop, "taken")
        snoozed = await make_incident(session, now, quiet_shop.shop, "snoozed")
        await act(session, now, taken.id, Action.acknowledge, SYSTEM)
        await act(session, now, snoozed.id, Action.snooze, SYSTEM, snooze_for=3 * DAY)
        assert await lasting.end_quiet(session, now + DAY) == 1
        assert await status_of(session, taken) is Status.resolved
        assert await status_of(session, snoozed) is Status.snoozed


async def test_a_check_that_failed_ends_by_its_own_word_only(
    database: Database, quiet_shop: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        check = await create_check(session, now, quiet_shop.shop.id, slug="backup")
        await beat(session, now, check.id, Heartbeat(PingKind.fail))
        assert await lasting.end_quiet(session, now + 2 * DAY) == 0


async def test_an_app_without_quiet_hours_waits_for_people(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await make_incident(session, now, scene.shop)
        assert await lasting.end_quiet(session, now + 400 * DAY) == 0


async def status_of(session: AsyncSession, incident: Incident) -> Status:
    return (await find(session, incident.id)).status
