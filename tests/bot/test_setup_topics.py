"""The set-up of a topic: its apps' cards come there."""

import pytest

from bot.simulator.state import Message
from tests.bot.stage import ALICE, CHARLIE, Stage
from tests.bot.test_setup import ADMINS, BOT, routes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORUM = -2003


def add_forum(stage: Stage) -> int:
    """Make a forum of Alice's and Charlie's; returns the id of its topic Payments."""
    stage.sim.add_chat(
        "supergroup", "Forum", [ALICE, CHARLIE], bots=None, chat_id=FORUM, is_forum=True
    )
    stage.sim.set_member(FORUM, BOT, "administrator", ["can_manage_topics"])
    return stage.sim.add_topic(FORUM, ALICE, "Payments").id


async def setup_in_topic(stage: Stage, topic: int) -> Message:
    stage.sim.write(FORUM, ALICE, "/start@dispatcher_bot", thread_id=topic)
    return await stage.sim.expect(FORUM, text="come to this topic", button="Shop")


async def bind_in_topic(stage: Stage, topic: int) -> None:
    setup = await setup_in_topic(stage, topic)
    await stage.press(ALICE, setup, "Shop")
    await stage.sim.expect(FORUM, button="✅ Shop")


async def test_an_app_bound_in_a_topic_has_its_cards_there(stage: Stage) -> None:
    topic = add_forum(stage)
    async with stage.running(**ADMINS):
        setup = await setup_in_topic(stage, topic)
        await stage.press(ALICE, setup, "Shop")
        await stage.sim.expect(FORUM, button="✅ Shop")
        await stage.incident()
        card = await stage.sim.expect(FORUM, text="Payment failed", button="Resolve")
        await stage.press(CHARLIE, card, "Acknowledge")
        await stage.sim.expect(FORUM, text="Charlie has it")
        assert (await stage.press(ALICE, setup, "Send a test card")).endswith(" of Shop")
        test = await stage.sim.expect(FORUM, text="Test card", button="Resolve")
    assert {setup.thread_id, card.thread_id, test.thread_id} == {topic}
    assert not any("All apps" in button["text"] for button in setup.buttons)
    assert "I may manage topics" in setup.current.text
    assert await routes(stage) == [(FORUM, topic)]


async def test_what_is_bound_to_another_topic_is_not_tried_here(stage: Stage) -> None:
    topic = add_forum(stage)
    async with stage.running(**ADMINS):
        setup = await setup_in_topic(stage, topic)
        told = await stage.press(ALICE, setup, "Send a test card")
    assert told == "Choose first whose cards come here"


async def test_an_app_moves_from_a_topic_to_where_it_is_bound_next(stage: Stage) -> None:
    topic = add_forum(stage)
    async with stage.running(**ADMINS):
        await bind_in_topic(stage, topic)
        stage.sim.write(FORUM, ALICE, "/setup")
        general = await stage.sim.expect(FORUM, text="Whose cards come here?", button="↪ Shop")
        await stage.press(ALICE, general, "↪ Shop")
        await stage.sim.expect(FORUM, text="Whose cards come here?", button="✅ Shop")
    assert await routes(stage) == [(FORUM, None)]


async def test_a_deleted_topic_is_forgotten_and_its_chat_is_told(stage: Stage) -> None:
    topic = add_forum(stage)
    async with stage.running(**ADMINS):
        await bind_in_topic(stage, topic)
        stage.sim.delete_topic(FORUM, topic)
        await stage.incident()
        first = await stage.sim.expect(FORUM, text="Payment failed", button="Resolve")
        told = await stage.sim.expect(FORUM, text="The topic for cards of Shop is gone")
        await stage.incident(title="Disk full")
        second = await stage.sim.expect(FORUM, text="Disk full", button="Resolve")
    assert {first.thread_id, told.thread_id, second.thread_id} == {None}
    refused = [call for call in stage.sim.calls("sendMessage") if call.status == 400]
    assert len(refused) == 1
    assert await routes(stage) == [(FORUM, None)]


async def test_a_topic_that_is_only_closed_is_not_forgotten(stage: Stage) -> None:
    topic = add_forum(stage)
    async with stage.running(**ADMINS):
        await bind_in_topic(stage, topic)
        stage.sim.set_member(FORUM, BOT, "administrator", [])
        stage.sim.close_topic(FORUM, topic, ALICE)
        await stage.incident()
        card = await stage.sim.expect(FORUM, text="Payment failed", button="Resolve")
    assert card.thread_id is None
    assert await routes(stage) == [(FORUM, topic)]
