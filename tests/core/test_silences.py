"""Silences: one for each app, bounded, over by themselves."""

from datetime import datetime, timedelta

import pytest

from core.apps import register
from core.db import Database
from core.errors import InvalidInput
from core.models import Silence
from core.moments import MAX_AHEAD
from core.silences import end_silence, forget_over, silence, silence_of, silences
from core.timeline import Actor
from tests.factories import Scene

HOUR = timedelta(hours=1)


async def test_a_silence_lasts_until_its_time(
    database: Database, scene: Scene, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        await silence(session, now, scene.shop, now + HOUR, "reboot", bob)
        assert await silence_of(session, now, scene.shop.id)
        assert not await silence_of(session, now + HOUR, scene.shop.id)
        await forget_over(session, now + HOUR)
        assert await session.get(Silence, scene.shop.id) is None


async def test_a_new_silence_of_an_app_replaces_the_old_one(
    database: Database, scene: Scene, now: datetime, alice: Actor, bob: Actor
) -> None:
    async with database.writing() as session:
        await silence(session, now, scene.shop, now + HOUR, "reboot", bob)
        await silence(session, now, scene.shop, now + 2 * HOUR, "it takes longer", alice)
        (one,) = await silences(session, now)
    assert (one.app.name, one.actor, one.reason) == ("Shop", "Alice", "it takes longer")
    assert one.silent_until == now + 2 * HOUR


async def test_what_ends_first_stands_first(
    database: Database, scene: Scene, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        blog = (await register(session, now, "Blog")).app
        await silence(session, now, scene.shop, now + 2 * HOUR, "", bob)
        await silence(session, now, blog, now + HOUR, "", bob)
        assert [one.app.name for one in await silences(session, now)] == ["Blog", "Shop"]


async def test_ending_a_silence_says_whether_there_was_one(
    database: Database, scene: Scene, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        await silence(session, now, scene.shop, now + HOUR, "", bob)
        assert await end_silence(session, now, scene.shop)
        assert not await end_silence(session, now, scene.shop)


@pytest.mark.parametrize("length", [timedelta(seconds=59), MAX_AHEAD + timedelta(seconds=1)])
async def test_a_silence_out_of_bounds_is_refused(
    database: Database, scene: Scene, now: datetime, bob: Actor, length: timedelta
) -> None:
    async with database.writing() as session:
        with pytest.raises(InvalidInput):
            await silence(session, now, scene.shop, now + length, "", bob)
