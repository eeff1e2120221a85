"""Faults on demand, as an aiogram bot meets them."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
)

from tests.simulator.scene import Scene, button, keyboard


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


async def test_a_flood_says_how_long_it_lasts(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("429", "send*", times=None, lasts=60)
    scene.clock.advance(20)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(scene.ops.id, "x")
    assert refused.value.retry_after == 40
    scene.clock.advance(40)
    await bot.send_message(scene.ops.id, "x")


async def test_telegram_restarts(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("restart")
    with pytest.raises(RestartingTelegram):
        await bot.send_message(scene.ops.id, "x")


async def test_a_slow_call_takes_effect_when_its_delay_is_over(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("delay", "sendMessage", seconds=3)
    sending = asyncio.create_task(bot.send_message(scene.ops.id, "x"))
    await scene.clock.sleeper(3)
    assert scene.sim.transcript(scene.ops.id) == []
    scene.clock.advance(3)
    assert (await sending).text == "x"


async def test_a_hang_ends_with_its_window(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("hang", lasts=30)
    sending = asyncio.create_task(bot.send_message(scene.ops.id, "x"))
    await scene.clock.sleeper(30)
    scene.clock.advance(30)
    assert (await sending).text == "x"


async def test_an_answer_hangs_although_the_call_took_effect(scene: Scene, bot: Bot) -> None:
    fault = scene.sim.fault("hang_after", "sendMessage")
    sending = asyncio.create_task(bot.send_message(scene.ops.id, "x"))
    await scene.sim.expect(scene.ops.id, text="x")
    assert scene.sim.calls("sendMessage") == []
    scene.sim.world.faults.remove(fault.id)
    assert (await sending).text == "x"


@pytest.mark.parametrize("action", ["truncate", "bad_schema"])
async def test_an_answer_is_unreadable_although_the_call_took_effect(
    scene: Scene, bot: Bot, action: Any
) -> None:
    scene.sim.fault(action, "sendMessage")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(scene.ops.id, "x")
    assert len(scene.sim.transcript(scene.ops.id)) == 1


async def test_an_answer_of_the_wrong_shape_still_has_the_messages_id(scene: Scene) -> None:
    scene.sim.fault("bad_schema")
    assert (await scene.send())["message_id"] == 1


async def test_nobody_is_let_in_until_the_window_is_over(scene: Scene, bot: Bot) -> None:
    with scene.sim.world.changes.stream() as changes:
        scene.sim.fault("refused", times=None, lasts=60)
        while (await changes.get())[0] != "door":
            pass
        with pytest.raises(TelegramNetworkError) as refused:
            await bot.get_me()
        assert isinstance(refused.value.__cause__, aiohttp.ClientConnectorError)
        await scene.clock.sleeper(60)
        scene.clock.advance(60)
        while (await changes.get())[0] != "door":
            pass
    assert (await bot.get_me()).id == 42


async def test_a_group_migrates_under_the_bots_feet(scene: Scene, bot: Bot) -> None:
    group = scene.sim.add_chat("group", "Night", [scene.alice.id])
    scene.sim.fault("migrate", "sendMessage")
    with pytest.raises(TelegramMigrateToChat) as refused:
        await bot.send_message(group.id, "x")
    assert refused.value.migrate_to_chat_id == group.migrated_to


async def test_the_bot_is_kicked_just_before_a_call(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("kick", "sendMessage")
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(scene.ops.id, "x")


async def test_a_person_blocks_the_bot_just_before_a_call(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    scene.sim.fault("block", "sendMessage")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(scene.alice.id, "x")


async def test_the_bot_loses_its_rights_just_before_a_call(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("drop_rights", "sendMessage")
    with pytest.raises(TelegramBadRequest, match="not enough rights to send text messages"):
        await bot.send_message(scene.ops.id, "x")


async def test_a_topic_is_closed_just_before_a_call(scene: Scene, bot: Bot) -> None:
    forum = scene.sim.add_chat("supergroup", "SRE", [scene.alice.id], bots="member", is_forum=True)
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    scene.sim.fault("topic_closed", "sendMessage")
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.id)


async def test_an_update_comes_twice(scene: Scene, bot: Bot) -> None:
    scene.sim.fault("duplicate_update", "message")
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    first, second = await bot.get_updates()
    assert first == second


async def test_updates_come_in_another_order(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    scene.sim.fault("reorder_updates")
    scene.sim.write(scene.ops.id, scene.alice.id, "two")
    assert [update.message.text for update in await bot.get_updates() if update.message] == [
        "two",
        "one",
    ]


async def test_a_press_comes_late(scene: Scene, bot: Bot) -> None:
    await scene.send("open", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    scene.sim.fault("late_callback", user_id=scene.bob.id, seconds=20)
    press = scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    await scene.clock.sleeper(20)
    assert await bot.get_updates() == []
    scene.clock.advance(20)
    [update] = await bot.get_updates(timeout=10)
    assert update.callback_query
    assert update.callback_query.id == press.id
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(press.id)


async def test_a_fault_can_be_for_the_answers_to_one_persons_presses(
    scene: Scene, bot: Bot
) -> None:
    await scene.send("open", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    scene.sim.fault("error", "answerCallbackQuery", user_id=scene.bob.id)
    alices = scene.sim.start_press(scene.alice.id, scene.ops.id, 1, "a:1")
    bobs = scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    assert await bot.answer_callback_query(alices.id)
    assert await scene.refused("answerCallbackQuery", callback_query_id=bobs.id) == (
        "Internal Server Error"
    )
