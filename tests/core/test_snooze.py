"""Snoozing: bounded, told until when, and over in time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import timeline
from core.db import Database
from core.errors import InvalidInput
from core.incidents import MAX_SNOOZE, SNOOZE, act, find
from core.levels import Level
from core.lifecycle import Action, Status
from core.models import Card, Chat, Incident, Notice
from core.timeline import SYSTEM, Actor, Kind
from core.wakings import NOTICE_KIND, wake_snoozed
from tests.factories import OPS, Scene, make_incident

SHORTEST = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
FOREVER = timedelta.max


async def snoozed(
    session: AsyncSession,
    now: datetime,
    scene: Scene,
    actor: Actor,
    length: timedelta = SNOOZE,
    title: str = "Payment failed",
) -> Incident:
    incident = await make_incident(session, now, scene.shop, title)
    await act(session, now, incident.id, Action.snooze, actor, snooze_for=length)
    return incident


async def test_a_snooze_lasts_as_long_as_asked(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    for length in (SHORTEST, SNOOZE, MAX_SNOOZE):
        async with database.writing() as session:
            incident = await snoozed(session, now, scene, alice, length, f"For {length!r}")
            last = (await timeline.timeline(session, incident.id))[-1]
        assert (incident.status, incident.snoozed_until) == (Status.snoozed, now + length)
        assert last.data == {"until": (now + length).isoformat()}
        async with database.writing() as session:
            await act(session, now, incident.id, Action.resolve, alice)


async def test_a_snooze_out_of_bounds_is_refused(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for length in (SHORTEST - MOMENT, MAX_SNOOZE + MOMENT, timedelta(0), -SNOOZE, FOREVER):
            with pytest.raises(InvalidInput, match="from 60 to 2678400 seconds"):
                await act(session, now, incident.id, Action.snooze, alice, snooze_for=length)
        assert (await find(session, incident.id)).status is Status.open


async def test_a_second_snooze_counts_from_now(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    later = now + timedelta(minutes=30)
    async with database.writing() as session:
        incident = await snoozed(session, now, scene, alice)
        outcome = await act(session, later, incident.id, Action.snooze, bob)
    assert outcome.changed
    assert outcome.incident.snoozed_until == later + SNOOZE


async def test_whatever_ends_a_snooze_forgets_its_time(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    for action in (Action.acknowledge, Action.resolve, Action.reopen):
        async with database.writing() as session:
            incident = await snoozed(session, now, scene, alice, title=f"To {action}")
            outcome = await act(session, now, incident.id, action, alice)
            assert outcome.incident.snoozed_until is None, action


async def test_an_incident_wakes_when_its_snooze_is_over_and_not_before(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    over = now + SNOOZE
    async with database.writing() as session:
        incident = await snoozed(session, now, scene, alice)
        assert await wake_snoozed(session, over - MOMENT) == 0
        assert (await find(session, incident.id)).status is Status.snoozed
        assert await wake_snoozed(session, over) == 1
        assert (await find(session, incident.id)).status is Status.open
        last = (await timeline.timeline(session, incident.id))[-1]
        wanted = await session.scalar(select(Card.wanted_revision))
        assert await wake_snoozed(session, over) == 0
    assert (last.kind, last.actor, last.source) == (Kind.reopened, SYSTEM.name, SYSTEM.source)
    assert wanted == 3


async def test_waking_leaves_the_others_asleep_and_takes_no_more_than_its_limit(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        for n in range(3):
            await snoozed(session, now, scene, alice, title=f"Short {'x' * n}")
        await snoozed(session, now, scene, alice, MAX_SNOOZE, "Long")
        woken = [await wake_snoozed(session, now + SNOOZE, limit=2) for _ in range(3)]
    assert woken == [2, 1, 0]


@pytest.mark.parametrize(("loud_from", "silent"), [(Level.error, False), (Level.crit, True)])
async def test_a_chat_is_told_once_of_all_that_is_open_again_in_it(
    database: Database, scene: Scene, now: datetime, alice: Actor, loud_from: Level, silent: bool
) -> None:
    async with database.writing() as session:
        await session.execute(update(Chat).values(loud_from=loud_from))
        one = await snoozed(session, now, scene, alice, title="One")
        two = await snoozed(session, now, scene, alice, title="Two")
        never_shown = await snoozed(session, now, scene, alice, title="Never shown")
        shown = update(Card).where(Card.incident_id != never_shown.id)
        await session.execute(shown.values(message_id=Card.id))
        assert await wake_snoozed(session, now + SNOOZE) == 3
        notice = (await session.scalars(select(Notice))).one()
    assert (notice.chat_id, notice.kind) == (OPS, NOTICE_KIND)
    assert notice.data == {"incident": None, "incidents": [one.id, two.id], "silent": silent}
