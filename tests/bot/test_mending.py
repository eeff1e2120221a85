"""A call that cannot pass as it is passes plainer, shorter, or elsewhere in the chat."""

from typing import Any

import pytest
from aiogram.methods import DeleteMessage, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)

from bot.mending import SHORT_CHARS, mending_of
from core.remedies import Remedy
from tests.bot.stage import Stage
from tests.factories import OPS

BUTTON = InlineKeyboardButton(text="Resolve", callback_data="x")
FULL = SendMessage(
    chat_id=-1001,
    text="x" * 4000,
    entities=[MessageEntity(type="bold", offset=0, length=5)],
    reply_markup=InlineKeyboardMarkup(inline_keyboard=[[BUTTON]]),
    reply_parameters=ReplyParameters(message_id=7),
    message_thread_id=3,
)
PLAIN = SendMessage(chat_id=-1001, text="Disk full")


@pytest.mark.parametrize(
    ("remedy", "changed"),
    [
        (Remedy.plain, {"entities"}),
        (Remedy.shorten, {"entities", "text"}),
        (Remedy.unbutton, {"reply_markup"}),
        (Remedy.unquote, {"reply_parameters"}),
        (Remedy.general, {"message_thread_id"}),
        (Remedy.reopen, {"message_thread_id"}),
    ],
)
def test_only_what_is_wrong_is_left_out(remedy: Remedy, changed: set[str]) -> None:
    mended = mending_of(FULL, remedy)
    assert mended
    before, after = FULL.model_dump(), mended.model_dump()
    assert {name for name in before if before[name] != after[name]} == changed
    assert after["text"][:5] == "xxxxx"
    assert len(after["text"]) <= (SHORT_CHARS if remedy is Remedy.shorten else 4000)


@pytest.mark.parametrize("remedy", list(Remedy))
def test_what_has_nothing_to_leave_out_cannot_be_mended(remedy: Remedy) -> None:
    assert mending_of(PLAIN, remedy) is None
    assert mending_of(DeleteMessage(chat_id=-1001, message_id=7), remedy) is None


def refuse(stage: Stage, text: str, **details: Any) -> None:
    stage.sim.fault("error", "sendMessage", code=400, description=f"Bad Request: {text}", **details)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("can't parse entities: unsupported start tag", "entities"),
        ("message is too long", "entities"),
        ("BUTTON_DATA_INVALID", "reply_markup"),
        ("reply markup is too long", "reply_markup"),
    ],
)
async def test_a_card_with_a_fault_of_ours_still_comes(stage: Stage, text: str, lacks: str) -> None:
    refuse(stage, text)
    incident = await stage.incident()
    async with stage.running():
        await stage.sim.expect(OPS, text="Payment failed")
    refused, sent = stage.sim.calls("sendMessage")
    assert lacks in refused.parameters
    assert lacks not in sent.parameters
    assert (await stage.card_row(incident)).message_id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_call_is_mended_once_in_each_way(stage: Stage) -> None:
    refuse(stage, "can't parse entities: unsupported start tag", times=2)
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage", 2)
    first, second = stage.sim.calls("sendMessage")[:2]
    assert "entities" in first.parameters
    assert "entities" not in second.parameters
