"""kill -9 at any moment, again and again: nothing accepted is lost, nothing is shown twice.

Twice only where a kill left a create unknown, which nothing can tell from one that failed.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from benchmarks.far_side import FarSide
from benchmarks.storm_checks import duplicates, inexact_cards, lost_reports
from benchmarks.storm_scene import PEOPLE, TEAM, TOKEN, Scene, Sender, fill_chats, register
from benchmarks.storm_traffic import Traffic, eventually, kill, press, report
from bot.simulator.settings import UNLIMITED
from bot.simulator.simulator import Simulator
from core import inbox
from core.db import Database
from tests.forked import ForkedServer

CHATS = 20
SETTLE_SECONDS = 60
LIFE_CALLS = 40
LIFE_SECONDS = 1.0
PATIENCE_SECONDS = 2.0
FAST = {
    "group_messages_per_minute": 1000,
    "group_burst": 20,
    "messages_per_second": 1000,
    "counter_edits_per_minute": 60,
}


@asynccontextmanager
async def simulated_telegram(senders: Sequence[Sender]) -> AsyncIterator[FarSide]:
    simulator = Simulator(UNLIMITED)
    simulator.add_bot(TOKEN)
    far_side = FarSide(await simulator.start())
    await fill_chats(far_side.base, senders)
    following = asyncio.create_task(far_side.follow())
    try:
        yield far_side
    finally:
        following.cancel()
        await asyncio.wait({following})
        await simulator.stop()
    assert not simulator.unsupported


@pytest.fixture
async def scene(database: Database, processes: int) -> AsyncIterator[Scene]:
    """Chats without Telegram's limits, and servers that make use of that."""
    senders = await register(database, CHATS)
    async with simulated_telegram(senders) as far_side, AsyncExitStack() as stack:
        settings = {
            "database_url": database.url.render_as_string(hide_password=False),
            "bot_token": TOKEN,
            "bot_api_url": far_side.base,
            "admin_chat": TEAM,
            "admins": (PEOPLE[0],),
            **FAST,
        }
        servers = [ForkedServer(**settings) for _ in range(processes)]
        for server in servers:
            stack.push_async_callback(server.close)
            await server.serve()
        yield Scene(senders, servers, database, far_side)


async def waiting_updates(database: Database) -> int:
    async with database.reading() as session:
        left = await inbox.backlog(session)
    assert left.set_aside == 0
    return left.waiting


@pytest.mark.parametrize(
    ("database_url", "processes", "kills"),
    [
        ("sqlite", 1, 20),
        pytest.param("postgresql", 2, 6, marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
async def test_a_storm_over_many_kills_loses_nothing_and_shows_everything_once(
    scene: Scene, kills: int
) -> None:
    random.seed(kills)
    traffic = Traffic()
    seconds = kills * LIFE_SECONDS / 2

    async def alive() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LIFE_SECONDS):
                await scene.far_side.next_calls(random.randrange(LIFE_CALLS))

    async with asyncio.TaskGroup() as storm:
        storm.create_task(
            report(scene, traffic, reports=kills * 20, fingerprints=40, seconds=seconds)
        )
        storm.create_task(kill(scene.servers, traffic, kills=kills, alive=alive))
        storm.create_task(
            press(scene, traffic, presses=kills, seconds=seconds, patience=PATIENCE_SECONDS)
        )

    async def settled() -> bool:
        return (
            await waiting_updates(scene.database) == 0
            and await inexact_cards(scene.database, scene.far_side) == 0
        )

    assert await eventually(settled, SETTLE_SECONDS) is not None
    assert len(traffic.kills) == kills
    assert traffic.given_up == 0
    assert await lost_reports(scene.database, traffic) == 0
    assert duplicates(scene.far_side, traffic)[1] == 0
