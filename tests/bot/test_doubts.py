"""Messages of unknown outcome: what may be there is sent again late, says so, and is found out."""

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import select

from bot.simulator.state import Message
from core import facts
from core.delivery import DOUBT_PAUSE, SENT_AGAIN, URGENT_DOUBT_PAUSE
from core.duplicates import FOUND
from core.levels import Level
from core.models import Card, Incident
from tests.bot.stage import BOB, Stage
from tests.factories import OPS

# What kind of database remembers the doubt makes no difference to Telegram.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AGAIN = "Sent again"


async def doubled(stage: Stage) -> tuple[Incident, Message, Message]:
    """An incident whose card is there twice, as Telegram's lost answer left it."""
    stage.sim.fault("reset_after", "sendMessage")
    incident = await stage.incident()
    first = await stage.card()
    await stage.lane()
    stage.clock.skip(DOUBT_PAUSE.total_seconds())
    stage.wake()
    second = await stage.sim.expect(OPS, text=AGAIN, button="Resolve")
    await stage.lane()
    return incident, first, second


async def count(stage: Stage, key: str) -> int:
    async with stage.database.reading() as session:
        return await facts.count_of(session, key)


async def live_cards(stage: Stage) -> list[int]:
    messages = stage.sim.world.state.chats[OPS].messages.values()
    return [one.id for one in messages if not one.deleted]


async def test_a_card_that_may_be_there_waits_and_says_that_it_comes_again(stage: Stage) -> None:
    async with stage.running():
        _, first, second = await doubled(stage)
        assert second.id != first.id
        assert await count(stage, SENT_AGAIN) == 1
        await stage.press(BOB, second, "Acknowledge")
        await stage.sim.expect(OPS, text="Bob has it")
    assert AGAIN not in second.current.text


async def test_a_crit_card_that_may_be_there_is_sent_again_soon(stage: Stage) -> None:
    stage.sim.fault("reset_after", "sendMessage")
    async with stage.running():
        await stage.incident(level=Level.crit)
        await stage.card()
        await stage.lane()
        stage.clock.skip(URGENT_DOUBT_PAUSE.total_seconds())
        stage.wake()
        await stage.sim.expect(OPS, text=AGAIN)


async def test_a_press_on_the_older_of_two_cards_counts_and_takes_that_card_away(
    stage: Stage,
) -> None:
    async with stage.running():
        _, first, second = await doubled(stage)
        assert "Acknowledged by you" in await stage.press(BOB, first, "Acknowledge")
        await stage.called("deleteMessage")
        await stage.sim.expect(OPS, text="Bob has it")
    assert await live_cards(stage) == [second.id]
    assert await count(stage, FOUND) == 1


async def test_what_is_too_old_to_be_deleted_says_that_there_is_a_newer_one(
    stage: Stage,
) -> None:
    async with stage.running():
        _, first, _ = await doubled(stage)
        stage.clock.skip(timedelta(hours=49).total_seconds())
        await stage.press(BOB, first, "Acknowledge")
        await stage.sim.expect(OPS, text="newer message")
    assert not stage.sim.calls("deleteMessage")


async def test_a_card_whose_message_is_not_known_takes_the_pressed_one_for_its_own(
    stage: Stage,
) -> None:
    stage.sim.fault("reset_after", "sendMessage")
    async with stage.running():
        incident = await stage.incident()
        first = await stage.card()
        await stage.lane()
        await stage.press(BOB, first, "Acknowledge")
        await stage.sim.expect(OPS, text="Bob has it", button="Unacknowledge")
    assert (await stage.card_row(incident)).message_id == first.id
    assert len(stage.sim.calls("sendMessage")) == 1
    assert await count(stage, FOUND) == 0


async def test_the_younger_of_two_cards_stays_when_it_was_not_known(stage: Stage) -> None:
    async with stage.running():
        incident, first, second = await doubled(stage)
        async with stage.database.writing() as session:
            card = (await session.scalars(select(Card))).one()
            card.message_id = first.id
        await stage.press(BOB, second, "Acknowledge")
        await stage.called("deleteMessage")
    assert await live_cards(stage) == [second.id]
    assert (await stage.card_row(incident)).message_id == second.id


@pytest.mark.parametrize("fault", ["truncate", "bad_schema"])
async def test_an_answer_that_cannot_be_read_leaves_no_doubt_if_it_names_the_message(
    stage: Stage, fault: Literal["truncate", "bad_schema"]
) -> None:
    stage.sim.fault(fault, "sendMessage")
    async with stage.running():
        incident = await stage.incident()
        await stage.called("sendMessage")
        await stage.lane()
    assert (await stage.card_row(incident)).message_id
