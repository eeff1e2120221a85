"""The cast and its app, committed, for every test of a use case."""

from datetime import datetime

import pytest

from core.db import Database
from core.models import Incident
from core.timeline import Actor
from tests.factories import Scene, actor_of, make_incident, make_scene


@pytest.fixture
async def scene(database: Database, now: datetime) -> Scene:
    async with database.writing() as session:
        return await make_scene(session, now)


@pytest.fixture
def alice(scene: Scene) -> Actor:
    return actor_of(scene.alice)


@pytest.fixture
def bob(scene: Scene) -> Actor:
    return actor_of(scene.bob)


@pytest.fixture
async def incident(database: Database, scene: Scene, now: datetime) -> Incident:
    """One open incident of Shop, with a card in the default chat."""
    async with database.writing() as session:
        return await make_incident(session, now, scene.shop)
