"""A program with a token, and an incident it can work on."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from aiohttp import ClientSession

from core.models import Incident
from tests.factories import Scene, make_incident
from tests.web.api.programs import Program, new_token
from tests.web.browsers import Site


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def ci(site: Site, scene: Scene, client: ClientSession) -> Program:
    """The team's build server, whose token is named CI."""
    return Program(site, client, f"Bearer {await new_token(site, 'CI')}")


@pytest.fixture
async def incident(site: Site, scene: Scene, now: datetime) -> Incident:
    async with site.database.writing() as session:
        return await make_incident(session, now, scene.shop, tags={"region": "eu"})
