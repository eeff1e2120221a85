"""The buttons of an app's page: edit, a new code, archive."""

import re
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession

from core.access import sign_out
from core.apps import find_app, live_codes
from core.chats import routes_of, set_routes
from core.db import Database
from core.levels import Level
from tests.factories import DEFAULTS, Scene
from tests.web.browsers import Answer, Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODE = re.compile(r"\b[0-9a-f]{32}\b")
BUTTONS = ("edit", "rotate", "archive", "unarchive")


@pytest.fixture
def shop(scene: Scene) -> str:
    return f"/apps/{scene.shop.id}"


async def newest_of(browser: Browser, shop: str) -> str:
    found = re.search(r'name="newest" value="(\d+)"', (await browser.get(shop)).text)
    assert found
    return found[1]


async def rotate(browser: Browser, shop: str) -> Answer:
    return await browser.submit(shop, f"{shop}/rotate", newest=await newest_of(browser, shop))


async def report(site: Site, name: str, code: str) -> int:
    """Send a report as a program would; returns the status of the answer."""
    body = {"incident": {"title": "It broke"}, "app_name": name, "code": code}
    url = site.url("/api/v1/reports")
    async with ClientSession() as sender, sender.post(url, json=body) as response:
        return response.status


async def test_the_form_is_filled_with_what_is_there(
    alice: Browser, database: Database, scene: Scene, shop: str
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [-1001, 42], DEFAULTS)
    page = await alice.get(f"{shop}/edit")
    assert 'value="Shop"' in page.text
    assert '<option value="warning" selected>' in page.text
    assert "-1001\n42</textarea>" in page.text


async def test_an_edit_is_saved_and_told(
    alice: Browser, database: Database, scene: Scene, shop: str
) -> None:
    done = await alice.submit(
        f"{shop}/edit", f"{shop}/edit", name=" Big shop ", level="crit", chats="-42"
    )
    assert done.location == shop
    words = (await alice.follow(done)).words
    assert "Saved." in words
    assert "Big shop" in words
    async with database.reading() as session:
        app = await find_app(session, scene.shop.id)
        assert (app.name, app.lowest_level) == ("Big shop", Level.crit)
        assert list(await routes_of(session, app.id)) == [-42]


async def test_the_quiet_hours_are_shown_and_can_be_taken_back(alice: Browser, shop: str) -> None:
    for hours, shown in (("48", True), ("", False)):
        await alice.submit(
            f"{shop}/edit", f"{shop}/edit", name="Shop", level="warning", quiet_hours=hours
        )
        assert ("Over when quiet for 48 hours" in (await alice.get(shop)).words) is shown
        assert f'name="quiet_hours" value="{hours}"' in (await alice.get(f"{shop}/edit")).text


async def test_a_new_name_is_the_one_that_senders_give(
    alice: Browser, site: Site, scene: Scene, shop: str
) -> None:
    assert await report(site, "Shop", scene.code) == 202
    await alice.submit(f"{shop}/edit", f"{shop}/edit", name="Store", level="crit", chats="")
    assert await report(site, "Shop", scene.code) == 401
    assert await report(site, "Store", scene.code) == 202


async def test_a_bad_edit_changes_nothing_and_keeps_what_was_typed(
    alice: Browser, database: Database, scene: Scene, shop: str
) -> None:
    page = await alice.submit(
        f"{shop}/edit", f"{shop}/edit", name="Store", level="crit", chats="ops"
    )
    assert page.status == 400
    assert 'id="fault-chats"' in page.text
    assert 'value="Store"' in page.text
    async with database.reading() as session:
        assert (await find_app(session, scene.shop.id)).name == "Shop"


async def test_the_name_of_another_app_is_refused(alice: Browser, shop: str) -> None:
    new = {"name": "Bank", "level": "warning", "chats": ""}
    await alice.submit("/apps/new", "/apps", **new)
    page = await alice.submit(f"{shop}/edit", f"{shop}/edit", **new)
    assert page.status == 400
    assert "belongs to one app only" in page.words


async def test_a_new_code_is_shown_once_and_the_old_one_works_for_a_day(
    alice: Browser, site: Site, scene: Scene, shop: str
) -> None:
    page = await rotate(alice, shop)
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "The code before it works for 24 hr more." in page.words
    (code,) = set(CODE.findall(page.words))
    assert code != scene.code
    assert not CODE.search((await alice.get(shop)).words)
    assert await report(site, "Shop", code) == 202
    assert await report(site, "Shop", scene.code) == 202
    site.now += timedelta(hours=24)
    assert await report(site, "Shop", code) == 202
    assert await report(site, "Shop", scene.code) == 401


async def test_the_same_form_sent_again_makes_no_second_code(
    alice: Browser, database: Database, scene: Scene, shop: str, now: datetime
) -> None:
    newest = await newest_of(alice, shop)
    await alice.submit(shop, f"{shop}/rotate", newest=newest)
    again = await alice.submit(shop, f"{shop}/rotate", newest=newest)
    assert again.location == shop
    assert "rotated already" in (await alice.follow(again)).words
    async with database.reading() as session:
        assert len(await live_codes(session, now, scene.shop.id)) == 2


async def test_an_app_whose_codes_are_all_over_gets_a_new_one(
    alice: Browser, site: Site, database: Database, scene: Scene, shop: str
) -> None:
    async with database.writing() as session:
        for code in await live_codes(session, site.now, scene.shop.id):
            code.expires_at = site.now
    assert "No code works" in (await alice.get(shop)).words
    page = await alice.submit(shop, f"{shop}/rotate", newest="")
    assert CODE.search(page.words)


async def test_an_archived_app_is_refused_until_it_is_taken_out_again(
    alice: Browser, site: Site, scene: Scene, shop: str
) -> None:
    assert await report(site, "Shop", scene.code) == 202
    done = await alice.submit(shop, f"{shop}/archive")
    assert "archived" in (await alice.follow(done)).words
    assert await report(site, "Shop", scene.code) == 401
    done = await alice.submit(shop, f"{shop}/unarchive")
    assert "archived" not in (await alice.follow(done)).words
    assert await report(site, "Shop", scene.code) == 202


@pytest.mark.parametrize("button", BUTTONS)
async def test_charlie_changes_nothing(
    alice: Browser,
    charlie: Browser,
    site: Site,
    database: Database,
    scene: Scene,
    shop: str,
    button: str,
) -> None:
    fields = {"name": "Mine", "level": "crit", "chats": "666", "newest": ""}
    stolen = (await alice.get(shop)).csrf
    secret = next(iter(alice.client.cookie_jar)).value
    async with database.writing() as session:
        await sign_out(session, secret)
    answers = [
        await charlie.post(f"{shop}/{button}", fields),
        await charlie.post(f"{shop}/{button}", {**fields, "csrf": stolen}),
        await alice.post(f"{shop}/{button}", {**fields, "csrf": stolen}),
    ]
    assert [(answer.status, answer.location) for answer in answers] == [(303, "/login")] * 3
    await charlie.sign_in(scene.charlie)
    answers = [
        await charlie.post(f"{shop}/{button}", fields),
        await charlie.post(f"{shop}/{button}", {**fields, "csrf": stolen}),
    ]
    assert [answer.status for answer in answers] == [403] * 2
    async with database.reading() as session:
        app = await find_app(session, scene.shop.id)
        assert (app.name, app.archived_at) == ("Shop", None)
        assert len(await live_codes(session, site.now, app.id)) == 1


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_button_of_an_unknown_app_is_a_404(alice: Browser, button: str) -> None:
    answer = await alice.submit(
        "/apps", f"/apps/999/{button}", name="Bank", level="crit", chats="", newest=""
    )
    assert answer.status == 404
