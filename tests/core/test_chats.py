"""Chats: known once, default or routed to."""

from datetime import datetime

from core import apps
from core.chats import (
    ChatDefaults,
    all_chats,
    ensure_chat,
    routes_of,
    set_default_chats,
    set_routes,
)
from core.db import Database
from core.delivery import chats_of
from tests.core.races import both_at_once
from tests.factories import DEFAULTS, OPS, Scene

STORES, NIGHT = -2002, -3003
RUSSIAN = ChatDefaults("ru", "Europe/Moscow")


async def test_a_chat_is_written_down_once_with_the_defaults_of_that_day(
    database: Database,
) -> None:
    async with database.writing() as session:
        await ensure_chat(session, OPS, DEFAULTS)
        chat = await ensure_chat(session, OPS, RUSSIAN)
        await ensure_chat(session, STORES, RUSSIAN)
        assert (chat.locale, chat.time_zone, chat.is_default) == ("en", "UTC", False)
        assert [chat.id for chat in await all_chats(session)] == [STORES, OPS]


async def test_a_chat_met_twice_at_once_is_written_down_once(database: Database) -> None:
    one, other = await both_at_once(
        database,
        lambda session: ensure_chat(session, OPS, DEFAULTS),
        lambda session: ensure_chat(session, OPS, RUSSIAN),
    )
    assert (one.id, other.id, other.locale) == (OPS, OPS, "en")


async def test_the_default_chats_are_just_those_that_were_named_last(
    database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        await set_default_chats(session, [STORES, NIGHT], DEFAULTS)
    async with database.writing() as session:
        await set_default_chats(session, [OPS, STORES], DEFAULTS)
    async with database.reading() as session:
        assert [chat.id for chat in await chats_of(session, scene.shop.id)] == [STORES, OPS]
    async with database.writing() as session:
        await set_default_chats(session, [], DEFAULTS)
        assert await chats_of(session, scene.shop.id) == []


async def test_two_processes_that_start_at_once_agree_on_the_default_chat(
    database: Database, scene: Scene
) -> None:
    await both_at_once(
        database,
        lambda session: set_default_chats(session, [STORES], DEFAULTS),
        lambda session: set_default_chats(session, [STORES], DEFAULTS),
    )
    async with database.reading() as session:
        assert [chat.id for chat in await chats_of(session, scene.shop.id)] == [STORES, OPS]


async def test_a_default_chat_that_people_chose_outlives_a_changed_setting(
    database: Database, scene: Scene
) -> None:
    for named in ([STORES], [NIGHT], []):
        async with database.writing() as session:
            await set_default_chats(session, named, DEFAULTS)
            found = [chat.id for chat in await chats_of(session, scene.shop.id)]
            assert found == sorted([*named, OPS])


async def test_a_route_replaces_the_default_chats_for_that_app_alone(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        other = (await apps.register(session, now, "Warehouse")).app
        await set_routes(session, scene.shop.id, [NIGHT, STORES, NIGHT], DEFAULTS)
        assert await routes_of(session, scene.shop.id) == [NIGHT, STORES]
        assert [chat.id for chat in await chats_of(session, scene.shop.id)] == [NIGHT, STORES]
        assert [chat.id for chat in await chats_of(session, other.id)] == [OPS]


async def test_routes_can_be_changed_and_taken_away(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        for chats in ([STORES, NIGHT], [NIGHT, OPS], [OPS], []):
            await set_routes(session, scene.shop.id, chats, DEFAULTS)
            assert await routes_of(session, scene.shop.id) == sorted(chats)
        assert [chat.id for chat in await chats_of(session, scene.shop.id)] == [OPS]


async def test_the_same_route_set_twice_at_once_is_one(database: Database, scene: Scene) -> None:
    await both_at_once(
        database,
        lambda session: set_routes(session, scene.shop.id, [OPS], DEFAULTS),
        lambda session: set_routes(session, scene.shop.id, [OPS], DEFAULTS),
    )
    async with database.reading() as session:
        assert await routes_of(session, scene.shop.id) == [OPS]
