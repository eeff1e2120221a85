"""An incident that becomes worse is told aloud where it is seen, and the new level is bad."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from core import silences
from core.db import Database
from core.incidents import act
from core.intake_batch import write_reports
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Chat, Notice
from core.raises import NOTICE_KIND
from core.shown import incident_shown
from core.urgency import Urgency
from tests.core.reporting import report
from tests.factories import OPS, Scene, actor_of, make_scene


@pytest.fixture
async def scene(database: Database, now: datetime) -> Scene:
    """A warning of Shop's, whose card Ops shows."""
    async with database.writing() as session:
        scene = await make_scene(session, now)
    await come(database, scene, now, Level.warning)
    async with database.writing() as session:
        await session.execute(update(Card).values(message_id=7, shown_revision=1))
    return scene


async def come(database: Database, scene: Scene, now: datetime, *levels: Level) -> int:
    """Report at these levels, in one batch; returns the incident."""
    async with database.writing() as session:
        reports = [report(scene.shop.id, now, level=level) for level in levels]
        receipt = (await write_reports(session, reports))[0]
    assert hasattr(receipt, "incident_id")
    return receipt.incident_id


async def told(database: Database) -> list[Notice]:
    async with database.reading() as session:
        return list((await session.scalars(select(Notice).order_by(Notice.id))).all())


async def test_each_raise_to_a_bad_level_is_one_notice(
    database: Database, scene: Scene, now: datetime
) -> None:
    incident = await come(database, scene, now, Level.error, Level.warning, Level.error)
    await come(database, scene, now, Level.error)
    await come(database, scene, now, Level.crit)
    error, crit = await told(database)
    assert [error.data["level"], crit.data["level"]] == ["error", "crit"]
    assert {(one.kind, one.chat_id, one.data["incident"]) for one in (error, crit)} == {
        (NOTICE_KIND, OPS, incident)
    }
    assert (error.urgency, crit.urgency) == (Urgency.person, Urgency.page)
    assert (crit.status, crit.due_at) == ("waiting", now)


async def test_a_chat_that_does_not_call_the_level_bad_hears_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await session.execute(update(Chat).values(loud_from=Level.crit))
    await come(database, scene, now, Level.error)
    assert await told(database) == []


async def test_a_card_that_is_yet_to_come_makes_the_sound_itself(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await session.execute(update(Card).values(message_id=None))
    await come(database, scene, now, Level.crit)
    assert await told(database) == []


async def test_a_card_that_is_under_way_may_have_come_without_a_sound(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await session.execute(update(Card).values(message_id=None, doubts=1))
    await come(database, scene, now, Level.crit)
    assert len(await told(database)) == 1


async def test_somebody_who_has_it_is_not_woken(
    database: Database, scene: Scene, now: datetime
) -> None:
    incident = await come(database, scene, now, Level.warning)
    async with database.writing() as session:
        await act(session, now, incident, Action.acknowledge, actor_of(scene.alice))
    await come(database, scene, now, Level.crit)
    assert await told(database) == []


async def test_a_silenced_app_stays_silent(database: Database, scene: Scene, now: datetime) -> None:
    async with database.writing() as session:
        until, alice = now + timedelta(hours=1), actor_of(scene.alice)
        await silences.silence(session, now, scene.shop, until, "", alice)
    await come(database, scene, now, Level.crit)
    assert await told(database) == []


async def test_an_answer_to_such_a_notice_is_about_its_incident(
    database: Database, scene: Scene, now: datetime
) -> None:
    incident = await come(database, scene, now, Level.crit)
    async with database.writing() as session:
        await session.execute(update(Notice).values(message_id=9))
        assert await incident_shown(session, OPS, 9) == incident
        assert await incident_shown(session, OPS, 8) is None
