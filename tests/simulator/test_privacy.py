"""What a bot hears in a group: everything if it leads or may, else what is meant for it."""

import pytest
from aiogram import Bot

from tests.simulator.scene import Scene


async def heard(bot: Bot) -> list[str | None]:
    updates = await bot.get_updates()
    return [update.message.text for update in updates if update.message]


@pytest.fixture(autouse=True)
def plain_member(scene: Scene) -> None:
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    scene.bot.queue.clear()


async def test_talk_among_people_is_private(scene: Scene, bot: Bot) -> None:
    for text in ("lunch?", "/", "@dispatcher_bot lunch?"):
        scene.sim.write(scene.ops.id, scene.bob.id, text)
    scene.sim.write(scene.ops.id, scene.bob.id, "/open@other_bot")
    assert await heard(bot) == []
    assert not (await bot.get_me()).can_read_all_group_messages


async def test_commands_and_answers_to_it_are_heard(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.ops.id, scene.bob.id, "/open")
    scene.sim.write(scene.ops.id, scene.bob.id, "/open@Dispatcher_Bot all")
    card = await scene.send("open")
    scene.sim.write(scene.ops.id, scene.bob.id, "/help")
    scene.sim.write(scene.ops.id, scene.bob.id, "on it", card["message_id"])
    assert await heard(bot) == ["/open@Dispatcher_Bot all", "/help", "on it"]


async def test_what_telegram_posts_is_heard(scene: Scene, bot: Bot) -> None:
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "member")
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.new_chat_members


async def test_a_leading_bot_hears_everything(scene: Scene, bot: Bot) -> None:
    scene.sim.set_member(scene.ops.id, scene.bot.id, "administrator")
    scene.sim.write(scene.ops.id, scene.bob.id, "lunch?")
    assert await heard(bot) == ["lunch?"]


async def test_without_privacy_mode_a_bot_hears_everything(scene: Scene, bot: Bot) -> None:
    scene.bot.privacy = False
    scene.sim.write(scene.ops.id, scene.bob.id, "lunch?")
    assert await heard(bot) == ["lunch?"]
    assert (await bot.get_me()).can_read_all_group_messages


async def test_bots_do_not_hear_each_other(scene: Scene) -> None:
    other = scene.sim.add_bot("44:OTHER", "other_bot", privacy=False)
    scene.sim.set_member(scene.ops.id, other.id, "administrator")
    other.queue.clear()
    await scene.send("open")
    assert other.queue == []


async def test_an_edit_is_told_as_one(scene: Scene, bot: Bot) -> None:
    written = scene.sim.write(scene.ops.id, scene.bob.id, "/open@dispatcher_bot")
    scene.sim.edit(scene.ops.id, written.id, scene.bob.id, "/open@dispatcher_bot all")
    _, edited = await bot.get_updates()
    assert edited.edited_message
    assert edited.edited_message.text == "/open@dispatcher_bot all"
    with pytest.raises(PermissionError, match="one's own message"):
        scene.sim.edit(scene.ops.id, written.id, scene.alice.id, "mine")
