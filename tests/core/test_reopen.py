"""Reopening: within its window, and never beside a newer incident of the same fingerprint."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import timeline
from core.db import Database
from core.incidents import Outcome, Refusal, act, find
from core.lifecycle import Action, Status
from core.models import Incident
from core.timeline import Actor
from tests.core.races import Work, both_at_once, committed
from tests.factories import Scene, make_incident

WINDOW = timedelta(days=7)


@pytest.fixture
async def resolved(database: Database, scene: Scene, now: datetime, alice: Actor) -> Incident:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await act(session, now, incident.id, Action.resolve, alice)
        return incident


def reopen(incident: Incident, now: datetime, actor: Actor) -> Work[Outcome]:
    return lambda session: act(
        session, now, incident.id, Action.reopen, actor, reopen_window=WINDOW
    )


def same_again(scene: Scene, now: datetime) -> Work[Incident]:
    return lambda session: make_incident(session, now, scene.shop)


async def status_of(database: Database, incident: Incident) -> Status:
    async with database.reading() as session:
        return (await find(session, incident.id)).status


async def test_an_incident_can_be_reopened_to_the_end_of_the_window(
    database: Database, resolved: Incident, now: datetime, bob: Actor
) -> None:
    outcome = await committed(database, reopen(resolved, now + WINDOW, bob))
    assert (outcome.changed, outcome.refusal) == (True, None)
    assert await status_of(database, resolved) is Status.open


async def test_after_the_window_a_reopen_is_refused_and_nothing_changes(
    database: Database, resolved: Incident, now: datetime, bob: Actor
) -> None:
    late = now + WINDOW + timedelta(microseconds=1)
    outcome = await committed(database, reopen(resolved, late, bob))
    assert (outcome.changed, outcome.refusal) == (False, Refusal.too_late)
    assert (outcome.entry.actor, outcome.as_wanted) == ("Alice", False)
    async with database.reading() as session:
        entries = await timeline.timeline(session, resolved.id)
    assert [entry.kind for entry in entries] == ["opened", "resolved"]


async def test_the_window_counts_from_the_last_resolve(
    database: Database, resolved: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    await committed(database, reopen(resolved, now + WINDOW, bob))
    await committed(
        database, lambda session: act(session, now + WINDOW, resolved.id, Action.resolve, alice)
    )
    outcome = await committed(database, reopen(resolved, now + WINDOW * 2, bob))
    assert outcome.changed


async def test_a_reopen_beside_a_newer_one_is_refused_and_names_it(
    database: Database, resolved: Incident, scene: Scene, now: datetime, bob: Actor
) -> None:
    newer = await committed(database, same_again(scene, now))
    outcome = await committed(database, reopen(resolved, now, bob))
    assert (outcome.changed, outcome.refusal) == (False, Refusal.newer_open)
    assert outcome.newer == newer.id
    assert await status_of(database, resolved) is Status.resolved


@pytest.mark.parametrize("way", [Action.acknowledge, Action.snooze])
async def test_a_newer_one_stands_in_the_way_whatever_its_unresolved_status(
    database: Database, resolved: Incident, scene: Scene, now: datetime, bob: Actor, way: Action
) -> None:
    newer = await committed(database, same_again(scene, now))
    await committed(database, lambda session: act(session, now, newer.id, way, bob))
    outcome = await committed(database, reopen(resolved, now, bob))
    assert outcome.newer == newer.id


async def test_once_the_newer_one_is_resolved_the_old_one_can_be_reopened(
    database: Database, resolved: Incident, scene: Scene, now: datetime, bob: Actor
) -> None:
    newer = await committed(database, same_again(scene, now))
    await committed(database, lambda session: act(session, now, newer.id, Action.resolve, bob))
    assert (await committed(database, reopen(resolved, now, bob))).changed


async def test_a_newer_one_that_opens_at_the_same_time_is_told_too(
    database: Database, resolved: Incident, scene: Scene, now: datetime, bob: Actor
) -> None:
    newer, outcome = await both_at_once(
        database, same_again(scene, now), reopen(resolved, now, bob)
    )
    assert (outcome.changed, outcome.refusal) == (False, Refusal.newer_open)
    assert outcome.newer == newer.id
    assert outcome.incident.status is Status.resolved
    assert await status_of(database, resolved) is Status.resolved


async def test_a_refused_reopen_leaves_the_callers_transaction_usable(
    database: Database, resolved: Incident, scene: Scene, now: datetime, bob: Actor
) -> None:
    async def reopen_and_read(session: AsyncSession) -> Status:
        await reopen(resolved, now, bob)(session)
        return (await find(session, resolved.id)).status

    _, status = await both_at_once(database, same_again(scene, now), reopen_and_read)
    assert status is Status.resolved


async def test_of_two_of_a_kind_reopened_at_once_only_one_opens(
    database: Database, resolved: Incident, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    newer = await committed(database, same_again(scene, now))
    await committed(database, lambda session: act(session, now, newer.id, Action.resolve, bob))
    one, other = await both_at_once(database, reopen(resolved, now, alice), reopen(newer, now, bob))
    assert (one.changed, other.changed) == (True, False)
    assert (other.refusal, other.newer) == (Refusal.newer_open, resolved.id)
