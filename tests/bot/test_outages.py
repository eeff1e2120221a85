"""Telegram is away for a while: one message catches up, nothing is replayed."""

import pytest

from bot.client import make_bot
from bot.probes import Probes
from core import alarms
from core.lifecycle import Action
from tests.bot.stage import Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def caught_up_in_vain(stage: Stage) -> bool:
    sent = (call.parameters["text"] for call in stage.sim.calls("sendMessage"))
    return any("Nothing reached this chat" in text for text in sent)


async def see_who_is_back(stage: Stage) -> None:
    bot = make_bot(stage.settings())
    await Probes(bot, stage.database, stage.clock.now).see_who_is_back()
    await bot.session.close()


async def wrong(stage: Stage) -> list[str]:
    async with stage.database.reading() as session:
        return await alarms.alarms(session, stage.clock.now())


async def test_a_long_outage_ends_in_one_message_and_the_cards_of_what_is_open(
    stage: Stage,
) -> None:
    stage.sim.fault("html", "sendMessage", times=None)
    await stage.incident(title="Disk full")
    over = await stage.incident(title="Payment failed")
    async with stage.running():
        await stage.called("sendMessage", 2)
        stage.clock.skip(11 * 60)
        stage.wake()
        await stage.sim.world.changes.until(lambda: caught_up_in_vain(stage) or None)
    await stage.act(over, Action.resolve)
    stage.sim.clear_faults()
    await see_who_is_back(stage)
    async with stage.running():
        news = await stage.sim.expect(OPS, text="Nothing reached this chat since")
        card = await stage.card("Disk full")
    assert "2 incidents opened · 1 was resolved" in news.current.text
    assert "1 incident is still open" in news.current.text
    assert card.id > news.id
    arrived = [call for call in stage.sim.calls("sendMessage") if call.status == 200]
    assert len(arrived) == 2


async def test_a_refused_token_keeps_everything_and_is_shown_until_it_is_taken(
    stage: Stage,
) -> None:
    stage.sim.fault("error", "sendMessage", code=401, description="Unauthorized")
    incident = await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    assert await wrong(stage) == [alarms.TOKEN_REFUSED]
    row = await stage.card_row(incident)
    assert row.wanted_revision != row.shown_revision
    stage.clock.skip(61)
    async with stage.running():
        await stage.card()
    assert await wrong(stage) == []
