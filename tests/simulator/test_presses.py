"""Presses and their answers: in time, once, of anybody."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.types import InaccessibleMessage

from tests.simulator.scene import Scene, button, keyboard

ACKNOWLEDGE = keyboard([button("✅ Acknowledge", "a:1"), {"text": "Site", "url": "https://x.io"}])
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_person_gets_the_bots_answer(scene: Scene, bot: Bot) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    pressing = asyncio.create_task(scene.sim.press(scene.bob.id, scene.ops.id, 1, "Acknowledge"))
    [update] = await bot.get_updates(timeout=10)
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.from_user.first_name, query.data) == ("Bob", "a:1")
    assert (query.message.chat.id, query.message.message_id) == (scene.ops.id, 1)
    await bot.answer_callback_query(query.id, text="Acknowledged by you", show_alert=True)
    answer = await pressing
    assert (answer.text, answer.show_alert) == ("Acknowledged by you", True)


async def test_a_query_is_answered_once(scene: Scene) -> None:
    press = await pressed(scene)
    await scene.ok("answerCallbackQuery", callback_query_id=press)
    assert await scene.refused("answerCallbackQuery", callback_query_id=press) == TOO_OLD


async def test_a_query_grows_too_old(scene: Scene) -> None:
    press = await pressed(scene)
    scene.clock.advance(15.5)
    assert await scene.refused("answerCallbackQuery", callback_query_id=press) == TOO_OLD


async def test_an_unknown_query_is_refused(scene: Scene) -> None:
    assert await scene.refused("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_an_answer_too_long_leaves_the_query_answerable(scene: Scene) -> None:
    press = await pressed(scene)
    refusal = await scene.refused("answerCallbackQuery", callback_query_id=press, text="x" * 201)
    assert refusal == "Bad Request: MESSAGE_TOO_LONG"
    assert await scene.ok("answerCallbackQuery", callback_query_id=press, text="x" * 200)


async def test_the_message_of_a_press_may_be_gone(scene: Scene, bot: Bot) -> None:
    await pressed(scene)
    scene.sim.delete(scene.ops.id, 1)
    scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    first, second = await bot.get_updates()
    assert first.callback_query
    assert second.callback_query
    assert first.callback_query.message != second.callback_query.message
    assert isinstance(second.callback_query.message, InaccessibleMessage)


async def test_a_stranger_can_press_and_send_any_data(scene: Scene, bot: Bot) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    scene.sim.start_press(scene.charlie.id, scene.ops.id, 1, "forged")
    [update] = await bot.get_updates()
    assert update.callback_query
    assert update.callback_query.from_user.id == scene.charlie.id
    assert update.callback_query.data == "forged"


async def test_only_a_button_that_is_there_can_be_pressed_by_its_label(scene: Scene) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    with pytest.raises(LookupError, match="there are: ✅ Acknowledge, Site"):
        await scene.sim.press(scene.bob.id, scene.ops.id, 1, "Resolve")
    with pytest.raises(LookupError, match="sends nothing"):
        await scene.sim.press(scene.bob.id, scene.ops.id, 1, "Site")


async def test_who_gets_no_answer_is_told(scene: Scene) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    with pytest.raises(TimeoutError):
        await scene.sim.press(scene.bob.id, scene.ops.id, 1, "Acknowledge", timeout=0)


async def pressed(scene: Scene) -> str:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    return scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1").id
