"""What Telegram will not take is sent once, kept, and comes when there is something new."""

import pytest

from core import dead_letters
from core.dead_letters import DeadLetter, Kind
from core.lifecycle import Action
from core.notices import add_notice
from tests.bot.stage import Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = "Bad Request: SOMETHING_NEW"


def refuse(stage: Stage) -> None:
    stage.sim.fault("error", "sendMessage", code=400, description=SAID)


async def letters(stage: Stage) -> list[DeadLetter]:
    async with stage.database.reading() as session:
        return await dead_letters.dead_letters(session)


async def test_a_card_that_is_not_taken_is_kept_and_comes_with_the_next_change(
    stage: Stage,
) -> None:
    refuse(stage)
    incident = await stage.incident()
    await stage.incident(title="Disk full")
    async with stage.running():
        await stage.card("Disk full")
        (letter,) = await letters(stage)
        assert (letter.incident, letter.error) == (incident.id, SAID)
        assert len(stage.sim.calls("sendMessage")) == 2
        await stage.act(incident, Action.acknowledge)
        await stage.sim.expect(OPS, text="Alice has it")
    assert await letters(stage) == []


async def test_a_card_is_sent_again_when_somebody_says_so(stage: Stage) -> None:
    refuse(stage)
    await stage.incident()
    await stage.incident(title="Disk full")
    async with stage.running():
        await stage.card("Disk full")
        (letter,) = await letters(stage)
        async with stage.database.writing() as session:
            await dead_letters.replay(session, stage.clock.now(), letter.kind, letter.id)
        await stage.card()
    assert await letters(stage) == []


async def test_a_notice_that_is_not_taken_is_kept(stage: Stage) -> None:
    refuse(stage)
    now = stage.clock.now()
    window = {"since": now.isoformat(), "until": now.isoformat(), "late": False}
    async with stage.database.writing() as session:
        await add_notice(session, now, OPS, "digest", "key", window)
    async with stage.running():
        await stage.called("sendMessage")
    (letter,) = await letters(stage)
    assert (letter.kind, letter.notice, letter.error) == (Kind.notice, "digest", SAID)
