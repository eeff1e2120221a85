"""POST /apps/{id}/mute and /unmute: silences from the web."""

from datetime import datetime, timedelta

import pytest

from core.db import Database
from core.silences import silence_of
from tests.factories import Scene
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_app_is_muted_and_says_so_until_it_is_over(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime
) -> None:
    shop = f"/apps/{scene.shop.id}"
    answer = await alice.submit(shop, f"{shop}/mute", length="4h", reason=" planned reboot ")
    assert (answer.status, answer.location) == (303, shop)
    page = await alice.get(shop)
    assert "sounds again in 4 hours , muted by Alice: planned reboot" in page.words
    async with database.reading() as session:
        muted = await silence_of(session, now, scene.shop.id)
    assert muted
    assert muted.silent_until == now + timedelta(hours=4)
    site.now += timedelta(hours=4)
    assert "muted by" not in (await alice.get(shop)).words


async def test_an_app_gets_its_sound_back(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    shop = f"/apps/{scene.shop.id}"
    await alice.submit(shop, f"{shop}/mute", length="1d")
    assert (await alice.submit(shop, f"{shop}/unmute")).location == shop
    async with database.reading() as session:
        assert await silence_of(session, now, scene.shop.id) is None


async def test_what_is_no_choice_mutes_nothing(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    assert (await alice.submit("/apps", f"/apps/{scene.shop.id}/mute", length="1y")).status == 400
    assert (await alice.submit("/apps", "/apps/4711/mute", length="1h")).status == 404
    assert (await alice.submit("/apps", "/apps/4711/unmute")).status == 404
    async with database.reading() as session:
        assert await silence_of(session, now, scene.shop.id) is None
