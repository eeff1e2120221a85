"""Acting on an incident: once, by the table, told to the timeline and to every card."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import timeline
from core.db import Database
from core.errors import NotFound
from core.incidents import act, find, refuse
from core.lifecycle import Action, Status, next_status
from core.models import Card, Incident
from core.timeline import KIND_OF_ACTION, Actor, Kind, Source
from tests.factories import Scene, actor_of, make_incident

WAYS = {
    Status.open: (),
    Status.acknowledged: (Action.acknowledge,),
    Status.snoozed: (Action.snooze,),
    Status.resolved: (Action.resolve,),
}


async def incident_that_is(
    session: AsyncSession, now: datetime, scene: Scene, status: Status, title: str
) -> Incident:
    incident = await make_incident(session, now, scene.shop, title)
    for action in WAYS[status]:
        await act(session, now, incident.id, action, actor_of(scene.alice))
    return await find(session, incident.id)


async def kinds(session: AsyncSession, incident_id: int) -> list[str]:
    return [entry.kind for entry in await timeline.timeline(session, incident_id)]


async def wanted(session: AsyncSession, incident_id: int) -> int:
    query = select(Card.wanted_revision).where(Card.incident_id == incident_id)
    return (await session.scalars(query)).one()


@pytest.mark.parametrize("status", Status)
async def test_every_action_does_what_the_table_says(
    database: Database, scene: Scene, now: datetime, bob: Actor, status: Status
) -> None:
    for action in Action:
        async with database.writing() as session:
            incident = await incident_that_is(session, now, scene, status, f"{action} it")
            told, drawn = await kinds(session, incident.id), await wanted(session, incident.id)
            outcome = await act(session, now, incident.id, action, bob)
            told_after = await kinds(session, incident.id)
            drawn_after = await wanted(session, incident.id)
        to = next_status(status, action)
        assert outcome.changed is (to is not None), action
        assert outcome.refusal is None, action
        assert outcome.incident.status is (to or status), action
        assert told_after == ([*told, KIND_OF_ACTION[action]] if to else told), action
        assert drawn_after == (drawn + 1 if to else drawn), action


async def test_an_entry_names_who_did_it_when_and_from_where(
    database: Database, scene: Scene, now: datetime
) -> None:
    later = now + timedelta(minutes=4)
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        actor = actor_of(scene.alice, Source.web)
        outcome = await act(session, later, incident.id, Action.acknowledge, actor)
    entry = outcome.entry
    assert (entry.kind, entry.at, entry.actor) == (Kind.acknowledged, later, "Alice")
    assert (entry.source, entry.person_id) == (Source.web, scene.alice.id)


async def test_the_second_is_told_what_the_first_did(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await act(session, now, incident.id, Action.resolve, alice)
        outcome = await act(session, now + timedelta(minutes=2), incident.id, Action.resolve, bob)
    assert (outcome.changed, outcome.as_wanted) == (False, True)
    assert (outcome.entry.kind, outcome.entry.actor) == (Kind.resolved, "Alice")
    assert outcome.entry.at == now


async def test_a_late_press_of_another_button_is_not_as_wanted(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await act(session, now, incident.id, Action.resolve, alice)
        outcome = await act(session, now, incident.id, Action.acknowledge, bob)
    assert (outcome.changed, outcome.as_wanted) == (False, False)
    assert outcome.entry.actor == "Alice"


async def test_who_acknowledges_has_it_until_nobody_does(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    async with database.writing() as session:
        incident_id = (await make_incident(session, now, scene.shop)).id
        holders = []
        for action, actor in [
            (Action.acknowledge, alice),
            (Action.unacknowledge, bob),
            (Action.acknowledge, bob),
            (Action.resolve, alice),
            (Action.reopen, alice),
        ]:
            outcome = await act(session, now, incident_id, action, actor)
            holders.append(outcome.incident.assignee and outcome.incident.assignee.name)
    assert holders == ["Alice", None, "Bob", "Bob", None]


async def test_an_acknowledgement_without_a_person_leaves_the_assignee(
    database: Database, scene: Scene, now: datetime
) -> None:
    token = Actor("deploy", Source.api)
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        outcome = await act(session, now, incident.id, Action.acknowledge, token)
    assert outcome.incident.status is Status.acknowledged
    assert outcome.incident.assignee is None
    assert (outcome.entry.actor, outcome.entry.person_id) == ("deploy", None)


async def test_nothing_is_done_to_an_incident_that_does_not_exist(
    database: Database, now: datetime, alice: Actor
) -> None:
    for action in Action:
        async with database.writing() as session:
            with pytest.raises(NotFound, match="incident 404 does not exist"):
                await act(session, now, 404, action, alice)


async def test_a_number_no_incident_can_have_is_not_found(database: Database) -> None:
    for number in (0, -1, 2**31, 2**63 - 1, 2**63, 10**30):
        async with database.reading() as session:
            with pytest.raises(NotFound, match=f"incident {number} does not exist"):
                await find(session, number)


async def test_a_strangers_press_changes_nothing_and_is_recorded(
    database: Database, scene: Scene, now: datetime
) -> None:
    charlie = actor_of(scene.charlie)
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await refuse(session, now, incident.id, charlie)
        entries = await timeline.timeline(session, incident.id)
        assert (await find(session, incident.id)).status is Status.open
    assert [(entry.kind, entry.actor) for entry in entries[1:]] == [(Kind.refused, "Charlie")]


async def test_a_strangers_press_is_not_the_fact_behind_the_status(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await act(session, now, incident.id, Action.acknowledge, alice)
        await refuse(session, now, incident.id, actor_of(scene.charlie))
        outcome = await act(session, now, incident.id, Action.acknowledge, bob)
    assert outcome.entry.actor == "Alice"


async def test_a_strangers_press_on_nothing_is_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await refuse(session, now, 404, actor_of(scene.charlie))
        assert await timeline.timeline(session, 404) == []
