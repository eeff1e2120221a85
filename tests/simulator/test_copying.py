"""Copies and forwards: the content again, its keyboard not, its origin only if forwarded."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, MessageOriginUser

from tests.simulator.scene import Scene, button, keyboard

ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])


@pytest.fixture(autouse=True)
def started(scene: Scene) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")


async def test_a_copy_has_the_words_but_not_the_keyboard(scene: Scene, bot: Bot) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    copied = await bot.copy_message(scene.alice.id, scene.ops.id, 1)
    message = scene.sim.message(scene.alice.id, copied.message_id)
    assert (message.current.text, message.buttons) == ("open", [])
    await bot.edit_message_text("mine", chat_id=scene.alice.id, message_id=message.id)


async def test_a_copied_file_may_get_another_caption(scene: Scene, bot: Bot) -> None:
    await bot.send_document(scene.ops.id, BufferedInputFile(b"x", "a.log"), caption="before")
    copied = await bot.copy_message(scene.alice.id, scene.ops.id, 1, caption="after")
    assert scene.sim.message(scene.alice.id, copied.message_id).current.text == "after"


async def test_a_forward_says_where_it_came_from_and_cannot_be_edited(
    scene: Scene, bot: Bot
) -> None:
    written = scene.sim.write(scene.ops.id, scene.bob.id, "look")
    forwarded = await bot.forward_message(scene.alice.id, scene.ops.id, written.id)
    assert forwarded.text == "look"
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    assert forwarded.forward_origin.sender_user.id == scene.bob.id
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=scene.alice.id, message_id=forwarded.message_id)


async def test_a_forward_names_the_chat_that_spoke(scene: Scene, bot: Bot) -> None:
    spoken = scene.sim.write(scene.ops.id, scene.alice.id, "look", as_chat=scene.ops.id)
    channel = scene.sim.add_chat("channel", "News", [scene.alice.id])
    post = scene.sim.write(channel.id, scene.alice.id, "news")
    for chat_id, message_id, kind in (
        (scene.ops.id, spoken.id, "chat"),
        (channel.id, post.id, "channel"),
    ):
        forwarded = await bot.forward_message(scene.alice.id, chat_id, message_id)
        assert forwarded.forward_origin
        assert forwarded.forward_origin.type == kind


async def test_what_is_protected_or_gone_stays_where_it_is(scene: Scene, bot: Bot) -> None:
    await scene.send("secret", protect_content=True)
    with pytest.raises(TelegramBadRequest, match="message can't be copied"):
        await bot.copy_message(scene.alice.id, scene.ops.id, 1)
    with pytest.raises(TelegramBadRequest, match="message can't be forwarded"):
        await bot.forward_message(scene.alice.id, scene.ops.id, 1)
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(scene.alice.id, scene.ops.id, 9)
