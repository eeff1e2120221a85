"""The pace as Telegram's own meter sees it."""

import pytest

from bot.simulator.settings import SimulatorSettings
from tests.bot.stage import Stage
from tests.factories import OPS

CARDS = 30
# After so many messages the next may go only this much later, or a moment more.
SKIPS = {4: 3.9, 8: 3.9, 12: 3.9, 16: 3.9, 18: 44.0, 22: 3.9, 26: 3.9}


@pytest.fixture
def simulator_settings() -> SimulatorSettings:
    return SimulatorSettings()


async def test_a_burst_of_incidents_is_never_refused(stage: Stage) -> None:
    for number in range(CARDS):
        await stage.incident(title=f"Trouble of kind {'x' * number}")
    async with stage.running():
        for sent in range(1, CARDS + 1):
            await stage.called("sendMessage", sent)
            stage.clock.skip(SKIPS.get(sent, 0.0))
            stage.wake()
    rate = stage.sim.world.meter.chats[OPS]
    assert rate.refused == 0
    assert rate.most <= 20
    assert len(stage.sim.calls("sendMessage")) == CARDS
