"""Editing: title, level, assignee and app, told field by field."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps, timeline
from core.chats import set_routes
from core.db import Database
from core.errors import IllegalAction, InvalidInput, NotFound
from core.incident_list import Filters, incident_list
from core.incidents import TITLE_CHARS, Changes, act, edit, find
from core.levels import Level
from core.lifecycle import Action
from core.models import App, Card
from core.timeline import Actor, Kind
from tests.core.races import both_at_once, committed
from tests.factories import DEFAULTS, OPS, Scene, make_incident

STORES = -2002


@pytest.fixture
async def warehouse(database: Database, scene: Scene, now: datetime) -> App:
    async with database.writing() as session:
        app = (await apps.register(session, now, "Warehouse")).app
        await set_routes(session, app.id, [STORES], DEFAULTS)
        return app


async def cards(session: AsyncSession, incident_id: int) -> dict[int, int]:
    """Read the wanted revision of each chat's card."""
    query = select(Card.chat_id, Card.wanted_revision).where(Card.incident_id == incident_id)
    return {row.chat_id: row.wanted_revision for row in await session.execute(query)}


async def test_one_entry_names_every_field_with_its_old_and_new_value(
    database: Database, scene: Scene, now: datetime, alice: Actor, warehouse: App
) -> None:
    changes = Changes("Bank is down", Level.crit, warehouse.id, scene.bob.id)
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        edited = await edit(session, now, incident.id, alice, changes)
        last = (await timeline.timeline(session, incident.id))[-1]
    assert (edited.title, edited.level, edited.level_edited) == ("Bank is down", Level.crit, True)
    assert edited.assignee is not None
    assert (edited.app.name, edited.assignee.name) == ("Warehouse", "Bob")
    assert (last.kind, last.actor) == (Kind.edited, "Alice")
    assert last.data == {
        "title": ["Payment failed", "Bank is down"],
        "level": ["error", "crit"],
        "app": ["Shop", "Warehouse"],
        "assignee": [None, "Bob"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        Changes(),
        Changes(title="Payment failed", level=Level.error, assignee_id=0),
        Changes(title=" Payment failed\n"),
    ],
)
async def test_an_edit_that_changes_nothing_says_nothing(
    database: Database, scene: Scene, now: datetime, alice: Actor, changes: Changes
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await edit(session, now, incident.id, alice, changes)
        assert len(await timeline.timeline(session, incident.id)) == 1
        assert await cards(session, incident.id) == {OPS: 1}


async def test_an_assignee_can_be_taken_off(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await edit(session, now, incident.id, alice, Changes(assignee_id=scene.bob.id))
        edited = await edit(session, now, incident.id, alice, Changes(assignee_id=0))
        last = (await timeline.timeline(session, incident.id))[-1]
    assert (edited.assignee, last.data) == (None, {"assignee": ["Bob", None]})


async def test_a_title_out_of_bounds_is_refused(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for title in ("", " ", "\0", "x" * (TITLE_CHARS + 1)):
            with pytest.raises(InvalidInput, match="a title has 1 to 1000 characters"):
                await edit(session, now, incident.id, alice, Changes(title=title))


async def test_what_does_not_exist_cannot_be_chosen(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        with pytest.raises(NotFound, match="app 404 does not exist"):
            await edit(session, now, incident.id, alice, Changes(app_id=404))
        with pytest.raises(NotFound, match="person 404 does not exist"):
            await edit(session, now, incident.id, alice, Changes(assignee_id=404))


async def test_a_new_title_is_what_the_search_finds(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop, "Сбой оплаты", message="Банк")
        await edit(session, now, incident.id, alice, Changes(title="Самолёт улетел"))
        found = {
            text: len((await incident_list(session, Filters(text=text))).rows)
            for text in ("самолет", "сбой", "банк")
        }
    assert found == {"самолет": 1, "сбой": 0, "банк": 1}


async def test_a_moved_incident_gets_a_card_in_the_new_chats_and_keeps_the_old_one(
    database: Database, scene: Scene, now: datetime, alice: Actor, warehouse: App
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await edit(session, now, incident.id, alice, Changes(app_id=warehouse.id))
        assert set(await cards(session, incident.id)) == {OPS, STORES}
        assert (await cards(session, incident.id))[OPS] == 2


async def test_an_incident_does_not_move_beside_its_like(
    database: Database, scene: Scene, now: datetime, alice: Actor, warehouse: App
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        like = await make_incident(session, now, warehouse)
        with pytest.raises(IllegalAction, match=f"Warehouse already has it as #{like.id}"):
            await edit(session, now, incident.id, alice, Changes(app_id=warehouse.id))
        await act(session, now, incident.id, Action.resolve, alice)
        await edit(session, now, incident.id, alice, Changes(app_id=warehouse.id))
        assert (await find(session, incident.id)).app_id == warehouse.id


async def test_an_incident_does_not_move_beside_a_like_that_opens_at_the_same_time(
    database: Database, scene: Scene, now: datetime, alice: Actor, warehouse: App
) -> None:
    incident = await committed(database, lambda session: make_incident(session, now, scene.shop))
    with pytest.raises(IllegalAction, match="Warehouse already has it"):
        await both_at_once(
            database,
            lambda session: make_incident(session, now, warehouse),
            lambda session: edit(session, now, incident.id, alice, Changes(app_id=warehouse.id)),
        )
