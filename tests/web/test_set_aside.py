"""GET /set-aside and its forms: what could not be handled is seen, tried again or discarded."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core import dead_letters, inbox
from core.db import Database
from core.models import Card, Update
from tests.factories import Scene, make_incident
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BODY = '{"update_id": 7, "message": {"text": "<b>Bob</b>"}}'


@pytest.fixture
async def update(database: Database, now: datetime) -> Update:
    """An update that failed."""
    async with database.writing() as session:
        await inbox.store(session, now, 42, [inbox.NewUpdate(7, 101, BODY)])
        (row,) = await inbox.due(session, now, 42)
        await inbox.failed(session, now, row.id, "RuntimeError: no such luck", final=True)
    return row


async def backlog(database: Database) -> tuple[int, int]:
    async with database.reading() as session:
        left = await inbox.backlog(session)
    return left.waiting, left.set_aside


async def test_an_update_that_was_set_aside_is_shown_with_its_error(
    alice: Browser, site: Site, update: Update
) -> None:
    site.now += timedelta(minutes=7)
    page = await alice.get("/set-aside")
    assert "Update 7 7 minutes ago 1 attempt Error RuntimeError: no such luck" in page.words
    assert "&lt;b&gt;Bob&lt;/b&gt;" in page.text


async def test_a_long_body_is_cut(alice: Browser, database: Database, update: Update) -> None:
    async with database.writing() as session:
        (await session.get_one(Update, update.id)).body = "x" * 5000
    page = await alice.get("/set-aside")
    assert "x" * 1999 + "…" in page.text


async def test_an_update_is_tried_again(alice: Browser, database: Database, update: Update) -> None:
    answer = await alice.submit("/set-aside", f"/set-aside/updates/{update.id}/replay")
    page = await alice.follow(answer)
    assert "It is handled again." in page.words
    assert "None." in page.words
    assert await backlog(database) == (1, 0)


async def test_an_update_is_discarded_once(
    alice: Browser, database: Database, update: Update
) -> None:
    path = f"/set-aside/updates/{update.id}/discard"
    token = (await alice.get("/set-aside")).csrf
    for told in ("Discarded.", "Somebody was first: it is settled."):
        page = await alice.follow(await alice.post(path, {"csrf": token}))
        assert told in page.words
    assert await backlog(database) == (0, 0)


@pytest.fixture
async def dead_card(database: Database, scene: Scene, now: datetime) -> Card:
    """The card of incident 1, which Telegram would not take."""
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        card = (await session.scalars(select(Card).where(Card.incident_id == incident.id))).one()
        await dead_letters.give_up_redrawn(
            session, now, Card, card.id, 1, "Bad Request: <b>NEW</b>"
        )
        return card


async def count_dead(database: Database) -> int:
    async with database.reading() as session:
        return await dead_letters.count_dead(session)


async def test_a_message_that_was_given_up_is_shown_with_its_error(
    alice: Browser, site: Site, dead_card: Card
) -> None:
    site.now += timedelta(minutes=7)
    page = await alice.get("/set-aside")
    assert "Card of #1 to Ops given up 7 minutes ago" in page.words
    assert "Bad Request: &lt;b&gt;NEW" in page.text
    assert "/incidents/1" in page.links


@pytest.mark.parametrize(
    ("how", "told"), [("replay", "It is sent again."), ("discard", "Discarded.")]
)
async def test_a_message_is_settled_once(
    alice: Browser, database: Database, dead_card: Card, how: str, told: str
) -> None:
    path = f"/set-aside/cards/{dead_card.id}/{how}"
    token = (await alice.get("/set-aside")).csrf
    for said in (told, "Somebody was first: it is settled."):
        page = await alice.follow(await alice.post(path, {"csrf": token}))
        assert said in page.words
    assert await count_dead(database) == 0


async def test_charlie_settles_nothing(
    alice: Browser, charlie: Browser, database: Database, dead_card: Card
) -> None:
    stolen = (await alice.get("/set-aside")).csrf
    path = f"/set-aside/cards/{dead_card.id}/discard"
    assert (await charlie.post(path, {"csrf": stolen})).location == "/login"
    assert await count_dead(database) == 1
