"""A running web application and browsers to visit it with."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from core.db import Database
from tests.factories import Scene, make_scene
from tests.web.browsers import Browser, Site, running_site


@pytest.fixture
async def scene(database: Database, now: datetime) -> Scene:
    async with database.writing() as session:
        return await make_scene(session, now)


@pytest.fixture
async def site(database: Database, now: datetime) -> AsyncIterator[Site]:
    async with running_site(database, now) as running:
        yield running


@pytest.fixture
async def alice(site: Site, scene: Scene) -> AsyncIterator[Browser]:
    """Alice's browser, signed in."""
    async with site.browser() as browser:
        await browser.sign_in(scene.alice)
        yield browser


@pytest.fixture
async def charlie(site: Site, scene: Scene) -> AsyncIterator[Browser]:
    """A stranger's browser: never signed in."""
    async with site.browser() as browser:
        yield browser
