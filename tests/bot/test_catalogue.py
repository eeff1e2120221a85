"""Rows of Telegram's error catalogue as they come over the wire, each with what is done then."""

from typing import Any

import pytest

from core import dead_letters
from core.alarms import TOKEN_REFUSED, alarms
from core.chats import ensure_chat
from core.lifecycle import Action
from core.models import AppChat, Chat
from core.remedies import Trouble
from tests.bot.stage import ALICE, Stage
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORUM, BOT = -1_000_000_000_077, 42


async def route_to_topic(stage: Stage, *rights: str) -> int:
    """Send Shop's cards to a closed topic of a forum, where the bot has these rights."""
    stage.sim.add_chat("supergroup", "Forum", [ALICE], chat_id=FORUM)
    stage.sim.switch_topics(FORUM)
    stage.sim.set_member(FORUM, BOT, "administrator", rights)
    topic = stage.sim.add_topic(FORUM, ALICE, "Payments").id
    stage.sim.close_topic(FORUM, topic, ALICE)
    async with stage.database.writing() as session:
        await ensure_chat(session, FORUM, DEFAULTS)
        shop = stage.scene.shop.id
        session.add(AppChat(app_id=shop, chat_id=FORUM, thread_id=topic))
    return topic


async def test_a_closed_topic_is_reopened_by_who_may(stage: Stage) -> None:
    topic = await route_to_topic(stage, "can_manage_topics")
    await stage.incident()
    async with stage.running():
        card = await stage.sim.expect(FORUM, text="Payment failed", button="Resolve")
    assert card.thread_id == topic
    assert stage.sim.calls("reopenForumTopic")


async def test_what_is_for_a_closed_topic_comes_to_general_otherwise(stage: Stage) -> None:
    await route_to_topic(stage)
    await stage.incident()
    async with stage.running():
        card = await stage.sim.expect(FORUM, text="Payment failed", button="Resolve")
    assert card.thread_id is None


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ({"action": "kick"}, Trouble.removed),
        ({"action": "drop_rights"}, Trouble.rights),
        ({"action": "error", "code": 400, "description": "Bad Request: chat not found"}, "missing"),
        ({"action": "error", "code": 400, "description": "Bad Request: TOPIC_CLOSED"}, "rights"),
        ({"action": "error", "code": 403, "description": "Forbidden: new words"}, "refused"),
    ],
)
async def test_a_chat_that_refuses_is_disabled_with_its_trouble_and_nothing_is_lost(
    stage: Stage, fault: dict[str, Any], trouble: str
) -> None:
    stage.sim.fault(method="sendMessage", **fault)
    incident = await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    chat = await stage.chat_row()
    assert chat.disabled_at
    assert chat.trouble == trouble
    row = await stage.card_row(incident)
    assert (row.message_id, row.last_failed_at) == (None, None)
    assert row.wanted_revision != row.shown_revision


async def test_a_private_chat_that_blocked_the_bot_is_disabled(stage: Stage) -> None:
    async with stage.database.writing() as session:
        (await ensure_chat(session, OPS, DEFAULTS)).is_default = False
        (await ensure_chat(session, ALICE, DEFAULTS)).is_default = True
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    async with stage.database.reading() as session:
        assert (await session.get_one(Chat, ALICE)).trouble == Trouble.blocked


@pytest.mark.parametrize(
    "text",
    ["message can't be edited", "there is no text in the message to edit", "TOPIC_CLOSED"],
)
async def test_a_card_that_cannot_be_edited_is_sent_once_more(stage: Stage, text: str) -> None:
    incident = await stage.incident()
    async with stage.running():
        old = await stage.card()
        stage.sim.fault("error", "editMessageText", code=400, description=f"Bad Request: {text}")
        await stage.act(incident, Action.acknowledge)
        new = await stage.sim.expect(OPS, text="Alice has it")
    assert new.id != old.id
    assert len(stage.sim.calls("sendMessage")) == 2


@pytest.mark.parametrize(
    ("code", "text"),
    [(404, "Not Found: method not found"), (413, "Request Entity Too Large")],
)
async def test_what_no_repetition_helps_is_a_dead_letter(
    stage: Stage, code: int, text: str
) -> None:
    stage.sim.fault("error", "sendMessage", code=code, description=text, times=None)
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    assert len(stage.sim.calls("sendMessage")) == 1
    async with stage.database.reading() as session:
        (letter,) = await dead_letters.dead_letters(session)
    assert text in letter.error
    assert (await stage.chat_row()).disabled_at is None


async def test_a_token_that_the_server_does_not_serve_is_an_alarm(stage: Stage) -> None:
    said = "Misdirected Request: unallowed token specified"
    stage.sim.fault("error", "sendMessage", code=421, description=said)
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    async with stage.database.reading() as session:
        assert await alarms(session, stage.clock.now()) == [TOKEN_REFUSED]


async def test_a_late_answer_to_a_press_is_nobodys_fault(stage: Stage) -> None:
    said = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.fault("error", "answerCallbackQuery", code=400, description=said, times=None)
        data = next(one["callback_data"] for one in card.buttons if one["text"] == "Resolve")
        stage.sim.start_press(ALICE, OPS, card.id, data)
        await stage.sim.expect(OPS, text="Resolved by Alice")
    assert len(stage.sim.calls("answerCallbackQuery")) == 1
