"""A simulated Telegram for each test; no call of the bot may be one it does not know."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.simulator.settings import UNLIMITED, SimulatorSettings
from bot.simulator.simulator import Simulator
from core.db import Database
from tests.bot.stage import SimulatorClock, Stage, SteppedClock, build_stage


@pytest.fixture
def simulator_settings() -> SimulatorSettings:
    return UNLIMITED


@pytest.fixture
async def stage(
    database: Database, now: datetime, simulator_settings: SimulatorSettings
) -> AsyncIterator[Stage]:
    clock = SteppedClock(now)
    sim = Simulator(simulator_settings, clock=SimulatorClock(clock))
    base = await sim.start()
    yield await build_stage(sim, base, database, clock, now)
    await sim.stop()
    assert not sim.unsupported
