"""The pace as Telegram's own meter sees it."""

from datetime import timedelta

import pytest

from bot.simulator.settings import SimulatorSettings
from core.levels import Level
from core.lifecycle import Action
from tests.bot.stage import Stage
from tests.factories import OPS

CARDS = 30
NOT_URGENT = 12  # of 18 a minute, 6 are kept
MOMENT = 0.01

# What kind of database keeps the pace makes no difference to Telegram.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def simulator_settings() -> SimulatorSettings:
    return SimulatorSettings()


async def go_on_when_open(stage: Stage) -> None:
    """Let the time pass until the chat is open again to what is not urgent."""
    lane = await stage.lane()
    pause = (lane.open_at - stage.clock.now()).total_seconds()
    stage.clock.skip(max(0.0, pause) + MOMENT)
    stage.wake()


async def test_a_burst_of_incidents_is_never_refused(stage: Stage) -> None:
    for number in range(CARDS):
        await stage.incident(title=f"Trouble of kind {'x' * number}")
    async with stage.running():
        for sent in range(1, CARDS + 1):
            await stage.called("sendMessage", sent)
            await go_on_when_open(stage)
    rate = stage.sim.world.meter.chats[OPS]
    assert rate.refused == 0
    assert rate.most <= 20
    assert len(stage.sim.calls("sendMessage")) == CARDS


async def fill(stage: Stage) -> None:
    """Go on until the chat is closed for long to all that nobody waits for."""
    for sent in range(2, NOT_URGENT + 1):
        await stage.called("sendMessage", sent)
        if (await stage.lane()).open_at > stage.clock.now() + timedelta(seconds=20):
            return
        await go_on_when_open(stage)
    raise AssertionError("the chat never filled")


async def test_what_people_wait_for_passes_a_chat_that_is_full_of_other_cards(
    stage: Stage,
) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
        for number in range(CARDS):
            await stage.incident(title=f"Trouble of kind {'x' * number}")
        await fill(stage)
        stage.clock.skip(1)
        await stage.act(incident, Action.acknowledge)
        await stage.sim.expect(OPS, text="Alice has it")
        await stage.incident(title="All is lost", level=Level.crit)
        await stage.card("All is lost")
    assert stage.sim.world.meter.chats[OPS].refused == 0
