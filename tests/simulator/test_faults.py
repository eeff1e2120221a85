"""Faults on demand, as an aiogram bot meets them."""

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)

from tests.simulator.scene import Scene


async def test_a_429_on_demand(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("429", "send*", retry_after=130)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(scene.ops.id, "x")
    assert refused.value.retry_after == 130
    await bot.send_message(scene.ops.id, "x")
    assert [call.fault for call in scene.sim.calls("sendMessage")] == ["429", ""]


async def test_any_error_in_its_own_words(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("error", code=403, description="Forbidden: user is deactivated", times=2)
    for _ in range(2):
        with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
            await bot.send_message(scene.ops.id, "x")
    await bot.send_message(scene.ops.id, "x")


async def test_a_gateway_that_speaks_html(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("html")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(scene.ops.id, "x")
    assert scene.sim.transcript(scene.ops.id) == []


async def test_a_reset_before_the_call_leaves_nothing_behind(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("reset_before")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(scene.ops.id, "x")
    assert scene.sim.transcript(scene.ops.id) == []


async def test_a_reset_after_the_call_leaves_a_message(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("reset_after")
    with pytest.raises(TelegramNetworkError) as refused:
        await bot.send_message(scene.ops.id, "x")
    assert isinstance(refused.value.__cause__, aiohttp.ServerDisconnectedError)
    assert len(scene.sim.transcript(scene.ops.id)) == 1


async def test_a_call_hangs_until_it_is_let_go(scene: Scene, bot: Bot) -> None:
    fault = scene.sim.fault("hang", "sendMessage")
    sending = asyncio.create_task(bot.send_message(scene.ops.id, "x"))
    await scene.sim.world.changes.until(lambda: fault.struck or None)
    assert scene.sim.transcript(scene.ops.id) == []
    scene.sim.clear_faults()
    assert (await sending).text == "x"


async def test_a_fault_can_be_for_one_chat_and_last(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    scene.sim.fault("error", chat_id=scene.ops.id, times=None)
    await bot.send_message(scene.alice.id, "x")
    for _ in range(3):
        assert await scene.refused("sendMessage", chat_id=scene.ops.id, text="x") == (
            "Internal Server Error"
        )
    scene.sim.clear_faults()
    await bot.send_message(scene.ops.id, "x")
