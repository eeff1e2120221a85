"""GET /apps/{id}: what is known of one app, and what leads on from there."""

from datetime import datetime, timedelta

import pytest

from core.access import sign_out
from core.apps import rotate
from core.chats import set_routes
from core.db import Database
from core.incidents import act
from core.lifecycle import Action
from core.models import Chat
from tests.factories import DEFAULTS, OPS, Scene, actor_of, make_incident
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def shop(scene: Scene) -> str:
    return f"/apps/{scene.shop.id}"


async def test_the_page_shows_the_app_and_its_newest_incidents(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime, shop: str
) -> None:
    async with database.writing() as session:
        first = await make_incident(session, now, scene.shop, "Bank failed")
        await make_incident(session, now + timedelta(minutes=1), scene.shop, "Stock is negative")
        await act(session, now, first.id, Action.resolve, actor_of(scene.bob))
    site.now += timedelta(minutes=8)
    page = await alice.get(shop)
    assert page.status == 200
    assert page.words.index("Stock is negative") < page.words.index("Bank failed")
    assert "Last seen 7 minutes ago" in page.words
    assert "open 1" in page.words
    assert "resolved 1" in page.words
    for link in ("/log", "/edit"):
        assert shop + link in page.links
    assert f"/incidents?status=all&app={scene.shop.id}" in page.links
    assert f"/incidents?status=resolved&app={scene.shop.id}" in page.links


async def test_a_silent_app_says_so(alice: Browser, shop: str) -> None:
    assert "It never reported anything." in (await alice.get(shop)).words


async def test_codes_are_counted_with_their_end_but_never_shown(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime, shop: str
) -> None:
    async with database.writing() as session:
        new = await rotate(session, now, scene.shop.id, timedelta(hours=24))
    site.now += timedelta(hours=4)
    page = await alice.get(shop)
    assert "made 4 hours ago , stops working in 20 hours" in page.words
    assert page.words.count("made 4 hours ago") == 2
    for code in (scene.code, new.code):
        assert code not in page.text
    site.now += timedelta(hours=20)
    assert (await alice.get(shop)).words.count("made ") == 1


async def test_the_page_says_where_the_cards_go(
    alice: Browser, database: Database, scene: Scene, shop: str
) -> None:
    assert f"Its cards go to the default chats: Ops {OPS}" in (await alice.get(shop)).words
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [-42], DEFAULTS)
    assert "Its cards go to these chats: -42" in (await alice.get(shop)).words
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [], DEFAULTS)
        (await session.get_one(Chat, OPS)).is_default = False
    assert "Its cards go nowhere" in (await alice.get(shop)).words


@pytest.mark.parametrize("path", ["/apps/999", "/apps/999/edit", "/apps/999/log", "/apps/x"])
async def test_an_unknown_app_is_a_404(alice: Browser, path: str) -> None:
    assert (await alice.get(path)).status == 404


PAGES = ("/apps", "/apps/new", "/apps/{id}", "/apps/{id}/edit", "/apps/{id}/log")


@pytest.mark.parametrize("page", PAGES)
async def test_a_stranger_is_sent_to_sign_in(charlie: Browser, scene: Scene, page: str) -> None:
    answer = await charlie.get(page.format(id=scene.shop.id))
    assert answer.status == 303
    assert answer.location.startswith("/login?next=%2Fapps")
    assert "Shop" not in answer.text


@pytest.mark.parametrize("page", PAGES)
async def test_a_session_that_was_ended_opens_no_page(
    alice: Browser, database: Database, scene: Scene, page: str
) -> None:
    assert (await alice.get(page.format(id=scene.shop.id))).status == 200
    async with database.writing() as session:
        await sign_out(session, next(iter(alice.client.cookie_jar)).value)
    assert (await alice.get(page.format(id=scene.shop.id))).status == 303
