"""What Telegram tells about our chats is kept."""

from typing import Any

import pytest

from core.models import Chat
from tests.bot.stage import BOB, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOT = {"id": 42, "is_bot": True, "first_name": "Dispatcher"}
ALICE = {"id": 101, "is_bot": False, "first_name": "Alice"}
HELP = {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}


def member(status: str) -> dict[str, Any]:
    rights = {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": BOT, **rights}


async def told(stage: Stage, kind: str, chat_id: int, **event: Any) -> None:
    """Let Telegram tell the bot something; a later command in that chat shows that it was heard."""
    shown = {"id": chat_id, "type": "supergroup", "title": "Ops, renamed"}
    said = {"chat": shown, "date": 1_795_424_400, "from": ALICE}
    (bot,) = stage.sim.world.state.bots.values()
    async with stage.running():
        await stage.called("setMyCommands")
        stage.sim.world.emit(bot, kind, {**said, **event})
        stage.sim.world.emit(bot, "message", {**said, "message_id": 9, **HELP})
        await stage.called("sendMessage")


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_chat_without_the_bot_is_left_alone(stage: Stage, status: str) -> None:
    change = {"old_chat_member": member("member"), "new_chat_member": member(status)}
    await told(stage, "my_chat_member", OPS, **change)
    chat = await stage.chat_row()
    assert chat.disabled_at
    assert chat.trouble == "removed"
    assert (chat.title, chat.kind) == ("Ops, renamed", "supergroup")


async def test_a_chat_with_the_bot_back_is_served_again(stage: Stage) -> None:
    async with stage.database.writing() as session:
        (await session.get_one(Chat, OPS)).disabled_at = stage.clock.now()
    change = {"old_chat_member": member("left"), "new_chat_member": member("member")}
    await told(stage, "my_chat_member", OPS, **change)
    assert (await stage.chat_row()).disabled_at is None


async def test_a_new_title_is_kept(stage: Stage) -> None:
    await told(stage, "message", OPS, message_id=5, new_chat_title="Ops, renamed")
    assert (await stage.chat_row()).title == "Ops, renamed"


async def test_a_chat_that_is_none_of_ours_is_not_written_down(stage: Stage) -> None:
    change = {"old_chat_member": member("left"), "new_chat_member": member("member")}
    await told(stage, "my_chat_member", -1077, **change)
    async with stage.database.reading() as session:
        assert await session.get(Chat, -1077) is None


async def test_somebody_who_blocks_the_bot_harms_nobody(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        stage.sim.write(BOB, BOB, "/help")
        await stage.sim.expect(BOB, text="/open")
        stage.sim.block(BOB)
        await stage.card()
    assert (await stage.chat_row()).disabled_at is None
