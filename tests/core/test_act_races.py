"""Two at once: one change, and both are told the truth."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps, timeline
from core.db import Database
from core.incidents import Changes, Outcome, act, edit, find
from core.lifecycle import Action, Status, next_status
from core.models import App, Incident
from core.timeline import KIND_OF_ACTION, Actor, Kind
from core.wakings import wake_snoozed
from tests.core.races import Work, both_at_once, committed
from tests.factories import Scene, make_incident


async def as_it_is(database: Database, incident_id: int) -> Incident:
    async with database.reading() as session:
        return await find(session, incident_id)


async def kinds(database: Database, incident_id: int) -> list[str]:
    async with database.reading() as session:
        return [entry.kind for entry in await timeline.timeline(session, incident_id)]


def press(now: datetime, number: int, action: Action, actor: Actor) -> Work[Outcome]:
    return lambda session: act(session, now, number, action, actor)


@pytest.mark.parametrize("first", Action)
async def test_whoever_comes_second_acts_on_what_the_first_left(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor, first: Action
) -> None:
    for second in Action:
        async with database.writing() as session:
            number = (await make_incident(session, now, scene.shop, f"before {second}")).id
        one, other = await both_at_once(
            database, press(now, number, first, alice), press(now, number, second, bob)
        )
        left = next_status(Status.open, first)
        then = next_status(left or Status.open, second)
        assert (one.changed, other.changed) == (left is not None, then is not None), second
        assert other.incident.status is (then or left or Status.open), second
        if left and not then:
            assert other.entry.actor == "Alice", second
        told = [KIND_OF_ACTION[action] for action, to in ((first, left), (second, then)) if to]
        assert await kinds(database, number) == [Kind.opened, *told], second


async def test_of_many_who_acknowledge_at_once_one_has_it(
    database: Database, incident: Incident, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    def at_once(actor: Actor) -> "asyncio.Task[tuple[bool, str]]":
        async def work(session: AsyncSession) -> tuple[bool, str]:
            outcome = await act(session, now, incident.id, Action.acknowledge, actor)
            assert outcome.as_wanted
            return outcome.changed, outcome.entry.actor

        return asyncio.create_task(committed(database, work))

    told = await asyncio.gather(*(at_once(actor) for actor in [alice, bob] * 5))
    assert [changed for changed, _ in told].count(True) == 1
    winner = (await as_it_is(database, incident.id)).assignee
    assert winner is not None
    assert {name for _, name in told} == {winner.name}
    assert await kinds(database, incident.id) == [Kind.opened, Kind.acknowledged]


async def test_the_second_sees_whom_the_first_made_the_holder(
    database: Database, incident: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    _, other = await both_at_once(
        database,
        press(now, incident.id, Action.acknowledge, alice),
        press(now, incident.id, Action.acknowledge, bob),
    )
    assert other.incident.assignee is not None
    assert other.incident.assignee.name == "Alice"


async def test_an_unacknowledge_right_after_the_acknowledge_leaves_nobody_holding(
    database: Database, incident: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    await both_at_once(
        database,
        press(now, incident.id, Action.acknowledge, alice),
        press(now, incident.id, Action.unacknowledge, bob),
    )
    left = await as_it_is(database, incident.id)
    assert (left.status, left.assignee_id) == (Status.open, None)


async def test_an_incident_can_be_acted_on_while_it_moves_to_another_app(
    database: Database, incident: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    async def other_app(session: AsyncSession) -> App:
        return (await apps.register(session, now, "Warehouse")).app

    warehouse = await committed(database, other_app)
    _, outcome = await both_at_once(
        database,
        lambda session: edit(session, now, incident.id, alice, Changes(app_id=warehouse.id)),
        press(now, incident.id, Action.acknowledge, bob),
    )
    assert outcome.changed
    assert outcome.incident.app.name == "Warehouse"


async def test_an_edit_names_the_assignee_that_was_there_when_it_came(
    database: Database, incident: Incident, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    await both_at_once(
        database,
        press(now, incident.id, Action.acknowledge, alice),
        lambda session: edit(session, now, incident.id, bob, Changes(assignee_id=scene.bob.id)),
    )
    async with database.reading() as session:
        last = (await timeline.timeline(session, incident.id))[-1]
    assert last.data == {"assignee": ["Alice", "Bob"]}


async def test_what_bob_resolves_is_not_woken_by_the_end_of_its_snooze(
    database: Database, incident: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    await committed(database, press(now, incident.id, Action.snooze, alice))
    over = now + timedelta(hours=2)
    await both_at_once(
        database,
        press(over, incident.id, Action.resolve, bob),
        lambda session: wake_snoozed(session, over),
    )
    assert (await as_it_is(database, incident.id)).status is Status.resolved


async def test_what_bob_snoozes_again_sleeps_on(
    database: Database, incident: Incident, now: datetime, alice: Actor, bob: Actor
) -> None:
    await committed(database, press(now, incident.id, Action.snooze, alice))
    over = now + timedelta(hours=2)
    await both_at_once(
        database,
        press(over, incident.id, Action.snooze, bob),
        lambda session: wake_snoozed(session, over),
    )
    assert (await as_it_is(database, incident.id)).status is Status.snoozed


async def test_two_who_wake_the_snoozed_at_once_wake_each_once(
    database: Database, incident: Incident, now: datetime, alice: Actor
) -> None:
    await committed(database, press(now, incident.id, Action.snooze, alice))
    over = now + timedelta(hours=2)
    await both_at_once(
        database,
        lambda session: wake_snoozed(session, over),
        lambda session: wake_snoozed(session, over),
    )
    assert await kinds(database, incident.id) == [Kind.opened, Kind.snoozed, Kind.reopened]
