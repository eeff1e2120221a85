"""Menus of cards: open for a while, in one chat, with the people of that chat."""

from datetime import datetime

from core.chats import ensure_chat
from core.db import Database
from core.menus import OPEN_FOR, MenuName, close_forgotten, close_menu, menu_of, open_menu
from core.models import Incident
from core.people import leave, people_in, see_in
from tests.core.cards import card_of
from tests.factories import DEFAULTS, OPS, Scene

WEB = -1002


async def test_a_menu_is_open_until_somebody_closes_it(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await open_menu(session, now, incident.id, OPS, MenuName.snooze)
        menu = await menu_of(session, now, await card_of(session, incident))
        assert menu
        assert menu.name is MenuName.snooze
        await close_menu(session, now, incident.id, OPS)
        assert await menu_of(session, now, await card_of(session, incident)) is None


async def test_a_forgotten_menu_is_over_in_time_and_its_card_is_drawn_once_more(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await open_menu(session, now, incident.id, OPS, MenuName.assign)
        opened = (await card_of(session, incident)).wanted_revision
        assert await menu_of(session, now + OPEN_FOR, await card_of(session, incident)) is None
        for _ in range(2):
            await close_forgotten(session, now + OPEN_FOR)
        card = await card_of(session, incident)
    assert (card.menu, card.wanted_revision) == (None, opened + 1)


async def test_the_menu_to_assign_has_the_people_of_the_team(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await open_menu(session, now, incident.id, OPS, MenuName.assign)
        menu = await menu_of(session, now, await card_of(session, incident))
    assert menu
    assert [person.name for person in menu.people] == ["Alice", "Bob", "Charlie"]
    assert not menu.more


async def test_a_chat_that_is_not_the_teams_has_those_seen_there(
    database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        await ensure_chat(session, WEB, DEFAULTS)
        for _ in range(2):
            await see_in(session, scene.bob, WEB)
        await see_in(session, scene.alice, WEB - 1)
        assert [person.name for person in await people_in(session, WEB, limit=9)] == ["Bob"]
        await leave(session, 102, WEB)
        assert await people_in(session, WEB, limit=9) == []
