"""A chat that gets nothing is told about in another one, which shows what is open there."""

import pytest

from core.chats import set_routes
from core.levels import Level
from core.models import Chat
from tests.bot.stage import ALICE, BOB, Stage
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STORES = -2002


async def route_to_stores(stage: Stage) -> None:
    stage.sim.add_chat("supergroup", "Stores", [ALICE, BOB], chat_id=STORES)
    async with stage.database.writing() as session:
        await set_routes(session, stage.scene.shop.id, [STORES], DEFAULTS)
        (await session.get_one(Chat, STORES)).title = "Stores"


async def test_a_chat_that_refuses_us_is_raised_elsewhere_with_its_cards(stage: Stage) -> None:
    await route_to_stores(stage)
    text = "Bad Request: not enough rights to send text messages to the chat"
    stage.sim.fault("error", "sendMessage", chat_id=STORES, code=400, description=text, times=None)
    incident = await stage.incident(level=Level.crit)
    async with stage.running():
        news = await stage.sim.expect(OPS, text="Nothing reaches the chat Stores")
        card = await stage.card()
        assert await stage.press(BOB, card, "Acknowledge")
    assert "The bot may not write in the chat." in news.current.text
    assert text in news.current.text
    assert f"#{incident.number} · Shop · Payment failed" in news.current.text
    assert not news.silent


async def test_a_long_wait_is_told_about_elsewhere(stage: Stage) -> None:
    await route_to_stores(stage)
    stage.sim.fault("429", "sendMessage", chat_id=STORES, retry_after=600)
    await stage.incident()
    async with stage.running():
        news = await stage.sim.expect(OPS, text="Late in the chat Stores")
    assert "Retry in 600 seconds" in news.current.text
