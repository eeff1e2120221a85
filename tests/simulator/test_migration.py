"""A basic group that becomes a supergroup: nothing in it keeps its address."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat

from bot.simulator.state import Chat
from tests.simulator.scene import Scene, button, keyboard


@pytest.fixture
def small(scene: Scene) -> Chat:
    return scene.sim.add_chat("group", "Small", [scene.alice.id, scene.bob.id])


async def test_the_old_id_is_answered_with_the_new_one(scene: Scene, small: Chat, bot: Bot) -> None:
    new = scene.sim.migrate(small.id)
    with pytest.raises(TelegramMigrateToChat) as refused:
        await bot.send_message(small.id, "x")
    assert refused.value.migrate_to_chat_id == new.id
    for method in ("sendMessage", "getChat", "editMessageText", "deleteMessage"):
        envelope = await scene.call(method, chat_id=small.id, message_id=1, text="x")
        assert envelope["parameters"] == {"migrate_to_chat_id": new.id}
        assert envelope["description"] == (
            "Bad Request: group chat was upgraded to a supergroup chat"
        )


async def test_both_chats_say_where_the_other_is(scene: Scene, small: Chat, bot: Bot) -> None:
    new = scene.sim.migrate(small.id)
    old_word, new_word = (update.message for update in await bot.get_updates())
    assert old_word
    assert (old_word.chat.id, old_word.migrate_to_chat_id) == (small.id, new.id)
    assert new_word
    assert (new_word.chat.id, new_word.migrate_from_chat_id) == (new.id, small.id)


async def test_messages_do_not_come_along(scene: Scene, small: Chat) -> None:
    for _ in range(3):
        card = await scene.ok("sendMessage", chat_id=small.id, text="open")
    new = scene.sim.migrate(small.id)
    edit = {"chat_id": new.id, "message_id": card["message_id"], "text": "resolved"}
    assert await scene.refused("editMessageText", **edit) == (
        "Bad Request: message to edit not found"
    )
    sent = await scene.ok("sendMessage", chat_id=new.id, text="open")
    assert sent["message_id"] == 2
    assert sent["chat"]["type"] == "supergroup"


async def test_people_and_their_rights_come_along(scene: Scene, small: Chat, bot: Bot) -> None:
    new = scene.sim.migrate(small.id)
    assert await bot.get_chat_member_count(new.id) == 3
    assert (await bot.get_chat_member(new.id, scene.alice.id)).status == "creator"
    scene.sim.set_member(new.id, scene.bob.id, "left")
    assert scene.sim.chat(small.id).has(scene.bob.id)
    with pytest.raises(PermissionError, match="became a supergroup"):
        scene.sim.write(small.id, scene.alice.id, "hello")


async def test_an_old_card_can_still_be_pressed(scene: Scene, small: Chat, bot: Bot) -> None:
    card = await scene.ok(
        "sendMessage",
        chat_id=small.id,
        text="open",
        reply_markup=keyboard([button("Acknowledge", "a:1")]),
    )
    scene.sim.migrate(small.id)
    scene.sim.start_press(scene.bob.id, small.id, card["message_id"], "a:1")
    *_, pressed = await bot.get_updates()
    assert pressed.callback_query
    assert pressed.callback_query.message
    assert pressed.callback_query.message.chat.id == small.id


async def test_topics_make_a_basic_group_a_supergroup(scene: Scene, small: Chat, bot: Bot) -> None:
    forum = scene.sim.switch_topics(small.id)
    assert scene.sim.chat(small.id).migrated_to == forum.id
    topic = await bot.create_forum_topic(forum.id, "Incidents")
    scene.sim.switch_topics(forum.id, on=False)
    sent = await bot.send_message(forum.id, "x", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id is None


async def test_only_a_living_basic_group_can_grow_up(scene: Scene, small: Chat) -> None:
    scene.sim.migrate(small.id)
    for chat_id in (small.id, scene.ops.id):
        with pytest.raises(ValueError, match="only a basic group"):
            scene.sim.migrate(chat_id)
    channel = scene.sim.add_chat("channel", "News", [scene.alice.id])
    with pytest.raises(ValueError, match="only a supergroup can be a forum"):
        scene.sim.switch_topics(channel.id)
