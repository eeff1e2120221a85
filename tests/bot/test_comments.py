"""Replies to cards, written into the timeline; everything else that is said stays in the chat."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.state import Message
from core import inbox, incidents
from core.incidents import COMMENT_CHARS
from core.models import Chat, Incident
from core.roles import Policy
from core.timeline import Kind, timeline
from tests.bot.stage import ALICE, BOB, CHARLIE, TOKEN, WEBHOOK, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOT = int(TOKEN.partition(":")[0])


async def comments(stage: Stage, incident: Incident) -> list[str]:
    async with stage.database.reading() as session:
        entries = await timeline(session, incident.id)
    return [entry.data["text"] for entry in entries if entry.kind == Kind.commented and entry.data]


async def replied(stage: Stage, card: Message, user_id: int, text: str) -> Message:
    """Reply to a card and wait for what the bot says to that."""
    reply = stage.sim.write(card.chat_id, user_id, text, reply_to=card.id)
    return await stage.sim.expect(
        card.chat_id, lambda message: message.sender_id == BOT and message.id > reply.id
    )


async def test_a_reply_to_a_card_is_a_comment_of_whoever_wrote_it(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        told = await replied(stage, await stage.card(), BOB, "The bank is down, I am calling")
    assert told.current.text == f"Noted in the timeline of #{incident.id}"
    assert await comments(stage, incident) == ["The bank is down, I am calling"]
    assert (await stage.entries(incident))[-1] == ("commented", "Bob", "telegram")


async def test_a_reply_that_is_too_long_is_cut_and_that_is_said(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        told = await replied(stage, await stage.card(), BOB, "x" * 4096)
    (comment,) = await comments(stage, incident)
    assert len(comment) == COMMENT_CHARS
    assert comment.endswith("…")
    assert told.current.text.endswith(f"cut to {COMMENT_CHARS} characters")


async def test_a_command_that_is_a_reply_stays_a_command(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        answer = await replied(stage, await stage.card(), BOB, "/open@dispatcher_bot")
    assert answer.current.text.startswith("Open incidents")
    assert await comments(stage, incident) == []


async def test_a_reply_to_what_is_no_card_is_small_talk(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        answer = await replied(stage, card, ALICE, "/open@dispatcher_bot")
        stage.sim.write(OPS, BOB, "thanks", reply_to=answer.id)
        await replied(stage, card, BOB, "Looking")
    assert await comments(stage, incident) == ["Looking"]


async def test_a_reply_to_a_card_that_was_replaced_still_finds_its_incident(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        old = await stage.card()
        async with stage.database.writing() as session:
            row = await stage.card_row(incident)
            row.message_id = old.id + 100
            await session.merge(row)
        await replied(stage, old, BOB, "Still looking")
    assert await comments(stage, incident) == ["Still looking"]


async def test_a_reply_that_could_not_be_written_down_is_told_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(inbox, "RETRY_PAUSE", timedelta(0))
    monkeypatch.setattr(incidents, "comment", fail)
    await stage.incident()
    async with stage.running():
        told = await replied(stage, await stage.card(), BOB, "Looking")
    assert told.current.text == "That did not work. The program's log says why"
    assert told.receiver_id == BOB


async def test_a_strangers_reply_is_refused_and_recorded(stage: Stage) -> None:
    incident = await stage.incident()
    stage.sim.set_member(OPS, CHARLIE, "member")
    async with stage.database.writing() as session:
        (await session.get_one(Chat, OPS)).policy = Policy.named
    async with stage.running():
        told = await replied(stage, await stage.card(), CHARLIE, "Let me in")
    assert told.current.text == "You may not do this here: an admin can give you a role"
    assert await comments(stage, incident) == []
    assert (await stage.entries(incident))[-1] == ("refused", "Charlie (id 103)", "telegram")


def said(stage: Stage, kind: str, update_id: int, card: Message, **content: Any) -> bytes:
    """An update as Telegram sends it, of Bob's reply to a card."""
    chat = {"id": OPS, "type": "supergroup", "title": "Ops"}
    answered = {
        "message_id": card.id,
        "date": 1_795_424_400,
        "chat": chat,
        "from": {"id": BOT, "is_bot": True, "first_name": "Dispatcher"},
        "text": card.current.text,
        "reply_markup": card.current.markup,
    }
    bob = {"id": BOB, "is_bot": False, "first_name": "Bob"}
    reply = {"message_id": 900, "date": 1_795_424_400, "chat": chat, "from": bob}
    message = {**reply, "reply_to_message": answered, **content}
    return json.dumps({"update_id": update_id, kind: message}).encode()


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
MEDIA: list[tuple[dict[str, Any], str]] = [
    ({"photo": PHOTO, "caption": "The rack is on fire"}, "[photo] The rack is on fire"),
    ({"photo": PHOTO}, "[photo]"),
    ({"dice": {"emoji": "🎲", "value": 1}}, "[attachment]"),
]


@pytest.mark.parametrize(("content", "comment"), MEDIA)
async def test_what_is_no_text_becomes_a_word(
    stage: Stage, content: dict[str, Any], comment: str
) -> None:
    incident = await stage.incident()
    async with stage.running(**WEBHOOK) as telegram:
        card = await stage.card()
        body = said(stage, "message", 7, card, **content)
        await telegram.receive_webhook(body, WEBHOOK["webhook_secret"])
        await stage.handled(1)
    assert await comments(stage, incident) == [comment]


async def test_an_edited_reply_is_not_a_second_comment(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running(**WEBHOOK) as telegram:
        card = await stage.card()
        for update_id, kind in ((7, "message"), (8, "edited_message")):
            body = said(stage, kind, update_id, card, text="Looking")
            await telegram.receive_webhook(body, WEBHOOK["webhook_secret"])
        await stage.handled(2)
    assert await comments(stage, incident) == ["Looking"]
