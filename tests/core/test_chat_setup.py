"""The set-up of a chat: routes to it and to its topics, who may press, and the test card."""

from datetime import datetime

import pytest

from core import apps, chat_setup
from core.chat_rights import ChatRight, keep_rights, rights_in
from core.chat_setup import PAGE_SIZE, Setup, setup_of, toggle_app
from core.chats import ensure_chat
from core.db import Database
from core.delivery import chats_of
from core.errors import NotFound
from core.incidents import find
from core.levels import Level
from core.models import Chat
from core.roles import Policy
from core.schedules import schedule_of
from core.shown import is_shown
from core.trial import report_trial
from tests.core.races import both_at_once
from tests.factories import DEFAULTS, OPS, Scene

FORUM, TOPIC = -2003, 7


@pytest.fixture(autouse=True)
async def forum(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        await ensure_chat(session, FORUM, DEFAULTS)


def marks(setup: Setup) -> list[tuple[str, bool, bool]]:
    return [(app.name, app.bound, app.elsewhere) for app in setup.apps]


async def test_an_app_is_bound_to_a_topic_moved_to_the_chat_and_set_free(
    database: Database, scene: Scene
) -> None:
    shop = scene.shop.id
    async with database.writing() as session:
        assert await toggle_app(session, shop, FORUM, TOPIC)
        assert marks(await setup_of(session, FORUM, TOPIC)) == [("Shop", True, False)]
        assert marks(await setup_of(session, FORUM)) == [("Shop", False, True)]
        assert await toggle_app(session, shop, FORUM)
        assert marks(await setup_of(session, FORUM)) == [("Shop", True, False)]
        assert not await toggle_app(session, shop, FORUM)
        assert [chat.id for chat in await chats_of(session, shop)] == [OPS]


async def test_of_two_admins_at_once_both_bind_the_same(database: Database, scene: Scene) -> None:
    bound = await both_at_once(
        database,
        lambda session: toggle_app(session, scene.shop.id, FORUM, TOPIC),
        lambda session: toggle_app(session, scene.shop.id, FORUM, TOPIC + 1),
    )
    assert bound == (True, True)


async def test_apps_come_in_pages_and_the_archived_do_not(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for number in range(PAGE_SIZE):
            await apps.register(session, now, f"App {number}")
        first, beyond = await setup_of(session, FORUM), await setup_of(session, FORUM, page=99)
        assert (len(first.apps), first.pages) == (PAGE_SIZE, 2)
        assert (marks(beyond), beyond.page) == ([("Shop", False, False)], 1)
        await apps.archive(session, now, scene.shop.id, archived=True)
        assert (await setup_of(session, FORUM)).pages == 1


async def test_a_chat_or_app_that_is_not_there_is_named(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound, match="chat -9 does not exist"):
            await setup_of(session, -9)
        with pytest.raises(NotFound, match="app 4711 does not exist"):
            await toggle_app(session, 4711, FORUM)


async def test_policies_come_round_and_a_default_chat_gets_a_digest(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        seen = []
        for _ in Policy:
            await chat_setup.next_policy(session, FORUM)
            seen.append((await session.get_one(Chat, FORUM)).policy)
        assert seen == [Policy.known, Policy.named, Policy.anyone]
        await chat_setup.toggle_default(session, now, FORUM)
        assert await schedule_of(session, FORUM)
        assert [chat.id for chat in await chats_of(session, scene.shop.id)] == [FORUM, OPS]


async def test_rights_are_kept_as_told(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        chat = await session.get_one(Chat, FORUM)
        assert rights_in(chat) is None
        keep_rights(chat, {ChatRight.write, ChatRight.lead})
    async with database.reading() as session:
        kept = rights_in(await session.get_one(Chat, FORUM))
    assert kept == frozenset({ChatRight.write, ChatRight.lead})


async def test_a_test_card_is_an_incident_of_the_app_that_counts_while_it_is_open(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        app = await chat_setup.first_app_of(session, OPS)
        assert app
        first = await report_trial(session, now, app, title="Test card", message="One")
        again = await report_trial(session, now, app, title="Test card", message="Two")
    assert first
    assert again
    assert (first.new, again.new, again.count) == (True, False, 2)
    async with database.writing() as session:
        incident = await find(session, first.incident_id)
        assert (incident.title, incident.level, incident.app.name) == (
            "Test card",
            Level.error,
            "Shop",
        )
        assert await is_shown(session, incident.id, OPS)
        await apps.archive(session, now, scene.shop.id, archived=True)
        assert await report_trial(session, now, app, title="Test", message="Three") is None


async def test_a_topic_is_tried_with_what_is_bound_to_it_alone(
    database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        assert await chat_setup.first_app_of(session, FORUM) is None
        await toggle_app(session, scene.shop.id, FORUM, TOPIC)
        assert await chat_setup.first_app_of(session, FORUM) is None
        found = await chat_setup.first_app_of(session, FORUM, TOPIC)
    assert found
    assert found.name == "Shop"
