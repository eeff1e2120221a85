"""What must be heard though its card is only edited: what becomes worse, and what wakes up."""

import pytest

from bot.simulator.state import Message
from core.incidents import SNOOZE
from core.intake_batch import write_reports
from core.levels import Level
from core.lifecycle import Action
from core.models import Incident
from core.wakings import wake_snoozed
from tests.bot.stage import BOB, Stage
from tests.core.reporting import report
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def becomes_crit(stage: Stage) -> None:
    async with stage.database.writing() as session:
        now = stage.clock.now()
        await write_reports(session, [report(stage.scene.shop.id, now, level=Level.crit)])
    stage.wake()


async def silent_card(stage: Stage) -> tuple[Incident, Message]:
    incident = await stage.incident(level=Level.warning)
    card = await stage.card()
    assert card.silent
    return incident, card


async def test_what_becomes_crit_is_told_aloud_as_an_answer_to_its_card(stage: Stage) -> None:
    async with stage.running():
        incident, card = await silent_card(stage)
        await becomes_crit(stage)
        told = await stage.sim.expect(OPS, text=f"#{incident.number} is CRIT now · Shop")
        await stage.sim.expect(OPS, text=f"CRIT #{incident.number}", button="Resolve")
        stage.sim.write(OPS, BOB, "I am on it", reply_to=told.id)
        await stage.sim.expect(OPS, text=f"Noted in the timeline of #{incident.number}")
    assert not told.silent
    assert told.reply_to == card.id


async def test_it_is_told_though_the_card_was_deleted(stage: Stage) -> None:
    async with stage.running():
        incident, card = await silent_card(stage)
        stage.sim.world.remove(stage.sim.message(OPS, card.id))
        await becomes_crit(stage)
        await stage.sim.expect(OPS, text=f"#{incident.number} is CRIT now")


async def test_what_is_over_by_then_is_no_news(stage: Stage) -> None:
    async with stage.running():
        incident, _ = await silent_card(stage)
    await becomes_crit(stage)
    await stage.act(incident, Action.resolve)
    async with stage.running():
        await stage.sim.expect(OPS, text="Resolved by Alice")
    assert not any(
        "is CRIT now" in one.parameters["text"] for one in stage.sim.calls("sendMessage")
    )


async def test_a_snooze_that_is_over_is_told_as_an_answer_to_its_card(stage: Stage) -> None:
    async with stage.running():
        incident = await stage.incident()
        card = await stage.card()
        await stage.act(incident, Action.snooze)
        await stage.sim.expect(OPS, text="Snoozed until")
        stage.clock.skip(SNOOZE.total_seconds())
        async with stage.database.writing() as session:
            await wake_snoozed(session, stage.clock.now())
        told = await stage.sim.expect(OPS, text="1 incident is open again")
    assert f"#{incident.number} · Shop · Payment failed" in told.current.text
    assert (told.reply_to, told.silent) == (card.id, False)
