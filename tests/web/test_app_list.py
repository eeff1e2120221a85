"""GET /apps: every app, and how it is doing."""

from datetime import datetime, timedelta

import pytest

from core.apps import archive, register
from core.db import Database
from core.levels import Level
from core.people import ensure_operator
from core.silences import silence
from tests.factories import Scene, actor_of, make_incident
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_list_shows_how_each_app_is_doing(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await make_incident(session, now, scene.shop)
        await register(session, now, "Silent", Level.crit)
    site.now += timedelta(minutes=7)
    page = await alice.get("/apps")
    assert page.status == 200
    shop, silent = page.words.index("Shop"), page.words.index("Silent")
    assert "1 7 minutes ago" in page.words[shop:silent]
    assert "crit 0 never" in page.words[silent:]
    assert f"/incidents?app={scene.shop.id}" in page.links
    assert f"/apps/{scene.shop.id}" in page.links


async def test_archived_apps_stand_last_and_say_so(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await register(session, now, "Younger")
        await archive(session, now, scene.shop.id, archived=True)
    words = (await alice.get("/apps")).words
    assert words.index("Younger") < words.index("Shop archived")


async def test_an_empty_list_leads_to_the_first_app(
    site: Site, database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        operator = await ensure_operator(session, now)
    async with site.browser() as browser:
        await browser.sign_in(operator)
        page = await browser.get("/apps")
    assert "No app yet" in page.words
    assert "/apps/new" in page.links


async def test_what_is_muted_is_listed_with_who_until_and_why(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime
) -> None:
    assert "Muted" not in (await alice.get("/apps")).words
    async with database.writing() as session:
        until = now + timedelta(hours=2)
        await silence(session, now, scene.shop, until, "<reboot>", actor_of(scene.bob))
    assert (
        "Shop sounds again in 2 hours , muted by Bob: <reboot>" in (await alice.get("/apps")).words
    )
    site.now += timedelta(hours=2)
    assert "Muted" not in (await alice.get("/apps")).words
