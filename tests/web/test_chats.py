"""GET /chats and its forms: how each chat is, what a person can do, and its settings."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.chats import ensure_chat, set_routes
from core.db import Database
from core.dead_letters import give_up_notice
from core.levels import Level
from core.models import Chat, Notice
from core.notices import add_notice
from core.remedies import Trouble
from tests.factories import DEFAULTS, OPS, Scene
from tests.web.browsers import Answer, Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STORES = -2002
ENABLE, EDIT = f"/chats/{OPS}/enable", f"/chats/{OPS}/edit"
HOUR = timedelta(hours=1)
FIELDS = {"locale": "en", "time_zone": "UTC", "loud_from": "error"}


async def set_ops(database: Database, **values: Any) -> None:
    async with database.writing() as session:
        chat = await session.get_one(Chat, OPS)
        for name, value in values.items():
            setattr(chat, name, value)


async def ops(database: Database) -> Chat:
    async with database.reading() as session:
        return await session.get_one(Chat, OPS)


async def save(browser: Browser, **fields: str) -> Answer:
    return await browser.submit("/chats", EDIT, **FIELDS | fields)


async def test_the_page_says_what_each_chat_is_for(
    alice: Browser, database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [STORES], DEFAULTS)
        (await ensure_chat(session, -3003, DEFAULTS)).title = "<b>Night</b>"
    page = await alice.get("/chats")
    assert page.status == 200
    assert f"Ops {OPS} works Default chat" in page.words
    assert f"Chat {STORES} works Apps: Shop" in page.words
    assert "No app sends its cards here." in page.words
    assert "<b>Night" not in page.text
    assert "Try again" not in page.words


@pytest.mark.parametrize(("rights", "told"), [(["write"], True), (["lead", "write"], False)])
async def test_a_group_that_the_bot_does_not_lead_says_what_that_costs(
    alice: Browser, database: Database, rights: list[str], told: bool
) -> None:
    await set_ops(database, kind="supergroup", rights=rights)
    page = await alice.get("/chats")
    assert ("The bot is no administrator there" in page.words) is told


async def test_a_chat_that_refuses_us_says_why_since_when_and_what_to_do(
    alice: Browser, database: Database, now: datetime
) -> None:
    said = "Forbidden: bot was kicked <from> the chat"
    await set_ops(database, disabled_at=now - HOUR, trouble=Trouble.removed, last_error=said)
    page = await alice.get("/chats")
    assert "gets nothing" in page.words
    assert "The bot is not in the chat any more. We were refused 60 minutes ago" in page.words
    assert "Add the bot to the chat again." in page.words
    assert "kicked &lt;from&gt;" in page.text


async def test_a_chat_that_must_wait_says_until_when(
    alice: Browser, database: Database, now: datetime
) -> None:
    await set_ops(database, slow_until=now + HOUR)
    page = await alice.get("/chats")
    assert "late" in page.words
    assert "It goes on in 60 minutes" in page.words


async def test_a_chat_that_cannot_be_reached_says_since_when(
    alice: Browser, database: Database, now: datetime
) -> None:
    await set_ops(database, away_since=now - HOUR, last_error="no answer")
    page = await alice.get("/chats")
    assert "late" in page.words
    assert "Telegram cannot be reached. It began 60 minutes ago" in page.words
    assert "Telegram says: no answer" in page.words


async def test_what_was_given_up_is_linked(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    assert "given up" not in (await alice.get("/chats")).words
    async with database.writing() as session:
        await add_notice(session, now, OPS, "digest", "key", {})
        number = (await session.scalars(select(Notice.id))).one()
        await give_up_notice(session, now, number, "Bad Request: NEW")
    page = await alice.get("/chats")
    assert "1 message was given up" in page.words
    assert "/set-aside" in page.links


async def test_a_person_has_a_chat_served_again(
    alice: Browser, database: Database, now: datetime
) -> None:
    await set_ops(database, disabled_at=now, trouble=Trouble.rights, last_error="no")
    done = await alice.submit("/chats", ENABLE)
    assert done.location == f"/chats#chat{OPS}"
    assert "What waits for this chat is sent now." in (await alice.follow(done)).words
    chat = await ops(database)
    assert (chat.disabled_at, chat.trouble, chat.last_error) == (None, None, None)


async def test_language_time_zone_and_sound_are_saved(alice: Browser, database: Database) -> None:
    done = await save(alice, locale="ru", time_zone="Europe/Moscow", loud_from="crit")
    assert "Saved." in (await alice.follow(done)).words
    chat = await ops(database)
    assert (chat.locale, chat.time_zone, chat.loud_from) == ("ru", "Europe/Moscow", Level.crit)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("locale", ""),
        ("locale", "de"),
        ("loud_from", "deafening"),
        ("time_zone", ""),
        ("time_zone", "../../etc/passwd"),
    ],
)
async def test_a_fault_stands_beside_its_field(
    alice: Browser, database: Database, field: str, value: str
) -> None:
    page = await save(alice, **{field: value})
    assert page.status == 400
    assert page.text.count(f'id="fault-{field}"') == 1
    chat = await ops(database)
    assert (chat.locale, chat.time_zone) == ("en", "UTC")


@pytest.mark.parametrize("what", ["edit", "enable"])
async def test_a_chat_nobody_knows_is_a_404(alice: Browser, what: str) -> None:
    assert (await alice.submit("/chats", f"/chats/-5/{what}", **FIELDS)).status == 404


async def test_charlie_neither_sees_nor_changes_it(
    alice: Browser, charlie: Browser, site: Site, database: Database, now: datetime
) -> None:
    await set_ops(database, disabled_at=now, trouble=Trouble.removed)
    assert (await charlie.get("/chats")).location == "/login?next=%2Fchats"
    stolen = (await alice.get("/chats")).csrf
    for path in (ENABLE, EDIT):
        fields = FIELDS | {"csrf": stolen, "locale": "ru"}
        assert (await charlie.post(path, fields)).location == "/login"
    chat = await ops(database)
    assert (chat.disabled_at, chat.locale) == (now, "en")
