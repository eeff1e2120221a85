"""Forum topics: who may open them, what may be written where, what becomes of them."""

from typing import Any

import pytest
from aiogram import Bot

from bot.simulator.state import Chat
from bot.simulator.topics import COLORS
from tests.simulator.scene import Scene


@pytest.fixture
def forum(scene: Scene) -> Chat:
    return scene.sim.add_chat("supergroup", "SRE", [scene.alice.id, scene.bob.id], is_forum=True)


async def post_in(scene: Scene, forum: Chat, thread_id: int) -> dict[str, Any]:
    return await scene.call(
        "sendMessage", chat_id=forum.id, text="disk full", message_thread_id=thread_id
    )


async def test_a_bot_opens_a_topic_and_writes_in_it(scene: Scene, forum: Chat, bot: Bot) -> None:
    topic = await bot.create_forum_topic(forum.id, "Incidents")
    assert (topic.name, topic.icon_color) == ("Incidents", COLORS[0])
    sent = await bot.send_message(forum.id, "disk full", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    assert sent.message_thread_id == topic.message_thread_id
    assert sent.reply_to_message
    assert sent.reply_to_message.forum_topic_created
    assert sent.chat.is_forum
    assert (await bot.get_chat(forum.id)).is_forum


async def test_a_topic_counts_as_a_message(scene: Scene, forum: Chat, bot: Bot) -> None:
    topic = await bot.create_forum_topic(forum.id, "Incidents")
    await bot.close_forum_topic(forum.id, topic.message_thread_id)
    assert scene.sim.world.meter.chats[forum.id].most == 2


async def test_no_topic_has_the_id_of_general(scene: Scene, forum: Chat) -> None:
    first = scene.sim.add_topic(forum.id, scene.alice.id, "First")
    assert first.id > 1
    said = await scene.refused("sendMessage", chat_id=forum.id, text="x", message_thread_id=1)
    assert said == "Bad Request: message thread not found"


async def test_general_is_where_no_thread_is_named(scene: Scene, forum: Chat) -> None:
    sent = await scene.ok("sendMessage", chat_id=forum.id, text="disk full")
    assert "message_thread_id" not in sent
    refused = await post_in(scene, forum, 1)
    assert refused["description"] == "Bad Request: message thread not found"


async def test_a_thread_is_ignored_where_there_are_no_topics(scene: Scene) -> None:
    sent = await scene.send(message_thread_id=7)
    assert "message_thread_id" not in sent


async def test_an_answer_goes_where_the_answered_message_is(scene: Scene, forum: Chat) -> None:
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    asked = scene.sim.write(forum.id, scene.bob.id, "/open", thread_id=topic.id)
    sent = await scene.ok(
        "sendMessage", chat_id=forum.id, text="none", reply_parameters={"message_id": asked.id}
    )
    assert sent["message_thread_id"] == topic.id
    assert sent["reply_to_message"]["text"] == "/open"


async def test_a_closed_topic_refuses_until_it_is_open_again(
    scene: Scene, forum: Chat, bot: Bot
) -> None:
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    scene.sim.close_topic(forum.id, topic.id, scene.alice.id)
    assert (await post_in(scene, forum, topic.id))["description"] == "Bad Request: TOPIC_CLOSED"
    with pytest.raises(PermissionError, match="this topic is closed"):
        scene.sim.write(forum.id, scene.bob.id, "hello", thread_id=topic.id)
    await bot.reopen_forum_topic(forum.id, topic.id)
    assert (await post_in(scene, forum, topic.id))["ok"]


async def test_a_deleted_topic_takes_its_messages_along(scene: Scene, forum: Chat) -> None:
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    sent = (await post_in(scene, forum, topic.id))["result"]
    scene.sim.delete_topic(forum.id, topic.id)
    refused = await post_in(scene, forum, topic.id)
    assert refused["description"] == "Bad Request: message thread not found"
    edit = {"chat_id": forum.id, "message_id": sent["message_id"], "text": "resolved"}
    assert await scene.refused("editMessageText", **edit) == (
        "Bad Request: message to edit not found"
    )


async def test_a_topic_can_be_renamed_but_not_to_the_same_name(scene: Scene, forum: Chat) -> None:
    topic = await scene.ok("createForumTopic", chat_id=forum.id, name="INC-1")
    place = {"chat_id": forum.id, "message_thread_id": topic["message_thread_id"]}
    await scene.ok("editForumTopic", **place, name="INC-1 resolved", icon_custom_emoji_id="7")
    renamed = scene.sim.chat(forum.id).topics[topic["message_thread_id"]]
    assert (renamed.name, renamed.icon_custom_emoji_id) == ("INC-1 resolved", "7")
    refusal = await scene.refused("editForumTopic", **place, name="INC-1 resolved")
    assert refusal == "Bad Request: TOPIC_NOT_MODIFIED"
    assert await scene.refused("reopenForumTopic", **place) == "Bad Request: TOPIC_NOT_MODIFIED"
    await scene.ok("closeForumTopic", **place)
    assert await scene.refused("closeForumTopic", **place) == "Bad Request: TOPIC_NOT_MODIFIED"


async def test_the_bot_hears_what_people_do_to_topics(scene: Scene, forum: Chat, bot: Bot) -> None:
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    scene.sim.write(forum.id, scene.bob.id, "/start", thread_id=topic.id)
    scene.sim.close_topic(forum.id, topic.id, scene.alice.id)
    created, written, closed = (update.message for update in await bot.get_updates())
    assert created
    assert created.forum_topic_created
    assert created.message_thread_id == created.message_id == topic.id
    assert written
    assert written.message_thread_id == topic.id
    assert closed
    assert closed.forum_topic_closed


@pytest.mark.parametrize("name", ["", "   "])
async def test_a_topic_needs_a_name(scene: Scene, forum: Chat, name: str) -> None:
    refusal = await scene.refused("createForumTopic", chat_id=forum.id, name=name)
    assert refusal == "Bad Request: name must be non-empty"


async def test_there_are_six_colours(scene: Scene, forum: Chat) -> None:
    refusal = await scene.refused("createForumTopic", chat_id=forum.id, name="x", icon_color=7)
    assert refusal == "Bad Request: invalid icon color specified"


async def test_only_a_forum_has_topics(scene: Scene) -> None:
    group = scene.sim.add_chat("group", "Small", [scene.alice.id])
    call = {"name": "Incidents"}
    assert await scene.refused("createForumTopic", chat_id=scene.ops.id, **call) == (
        "Bad Request: the chat is not a forum"
    )
    assert await scene.refused("createForumTopic", chat_id=group.id, **call) == (
        "Bad Request: the chat is not a supergroup forum"
    )
    with pytest.raises(ValueError, match="only a supergroup"):
        scene.sim.add_chat("group", "Small", [scene.alice.id], is_forum=True)


async def test_without_the_right_a_bot_keeps_only_its_own_topics(scene: Scene, forum: Chat) -> None:
    own = await scene.ok("createForumTopic", chat_id=forum.id, name="Own")
    foreign = scene.sim.add_topic(forum.id, scene.alice.id, "Foreign")
    scene.sim.set_member(forum.id, scene.bot.id, "administrator", ["can_manage_chat"])
    assert await scene.refused("createForumTopic", chat_id=forum.id, name="Another") == (
        "Bad Request: not enough rights to create a topic"
    )
    call = {"chat_id": forum.id, "message_thread_id": foreign.id}
    assert await scene.refused("closeForumTopic", **call) == (
        "Bad Request: not enough rights to edit the topic"
    )
    assert await scene.refused("deleteForumTopic", **call) == (
        "Bad Request: not enough rights to delete the topic"
    )
    own_call = {"chat_id": forum.id, "message_thread_id": own["message_thread_id"]}
    await scene.ok("closeForumTopic", **own_call)
    await scene.ok("deleteForumTopic", **own_call)


async def test_a_topic_that_is_gone_or_never_was_cannot_be_managed(
    scene: Scene, forum: Chat
) -> None:
    topic = scene.sim.add_topic(forum.id, scene.alice.id, "Incidents")
    scene.sim.delete_topic(forum.id, topic.id)
    call = {"chat_id": forum.id, "message_thread_id": topic.id}
    assert await scene.refused("closeForumTopic", **call) == "Bad Request: TOPIC_DELETED"
    never = {**call, "message_thread_id": 99}
    assert await scene.refused("closeForumTopic", **never) == "Bad Request: TOPIC_ID_INVALID"
