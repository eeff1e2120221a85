"""A chat that refused us is served again as soon as it takes messages, without a person."""

import pytest

from bot.client import make_bot
from bot.probes import Probes
from core.models import Chat
from core.remedies import Trouble
from tests.bot.stage import Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def disable(stage: Stage) -> None:
    async with stage.database.writing() as session:
        chat = await session.get_one(Chat, OPS)
        chat.disabled_at, chat.trouble = stage.clock.now(), Trouble.rights


async def look(stage: Stage) -> None:
    bot = make_bot(stage.settings())
    await Probes(bot, stage.database, stage.clock.now).ask_disabled()
    await bot.session.close()


async def test_a_chat_that_takes_messages_again_is_served_again(stage: Stage) -> None:
    await disable(stage)
    await stage.incident()
    async with stage.running():
        await stage.card()
    assert (await stage.chat_row()).disabled_at is None
    assert stage.sim.calls("sendChatAction")


async def test_a_chat_that_still_refuses_stays_disabled(stage: Stage) -> None:
    await disable(stage)
    text = "Forbidden: bot was kicked from the supergroup chat"
    stage.sim.fault("error", "sendChatAction", code=403, description=text)
    await look(stage)
    chat = await stage.chat_row()
    assert chat.disabled_at
    assert (chat.trouble, chat.last_error) == ("removed", text)


async def test_a_chat_that_is_well_is_not_asked(stage: Stage) -> None:
    await look(stage)
    assert not stage.sim.calls("sendChatAction")
