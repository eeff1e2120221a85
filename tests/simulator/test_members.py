"""Members and their rights: what a bot is told when they change, and who speaks for a chat."""

import pytest
from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberAdministrator, ChatMemberUpdated, Message, Update

from bot.simulator.state import CHANNEL_BOT, GROUP_ANONYMOUS_BOT
from tests.simulator.scene import Scene

ALL = ["message", "chat_member", "my_chat_member"]


def changes_in(updates: list[Update]) -> list[ChatMemberUpdated]:
    return [change for update in updates if (change := update.my_chat_member or update.chat_member)]


def messages_in(updates: list[Update]) -> list[Message]:
    return [update.message for update in updates if update.message]


async def test_a_bot_is_told_of_people_coming_and_going(scene: Scene, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=ALL)
    scene.clock.advance(5)
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "member")
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "left")
    joined, welcome, left, farewell = await bot.get_updates()
    assert joined.chat_member
    assert joined.chat_member.from_user.id == scene.alice.id
    assert joined.chat_member.new_chat_member.status == ChatMemberStatus.MEMBER
    assert welcome.message
    assert welcome.message.new_chat_members
    assert left.chat_member
    assert left.chat_member.from_user.id == scene.charlie.id
    assert farewell.message
    assert farewell.message.left_chat_member


async def test_a_bot_that_does_not_ask_or_does_not_lead_hears_only_of_itself(
    scene: Scene, bot: Bot
) -> None:
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "member")
    assert changes_in(await bot.get_updates()) == []
    await bot.get_updates(-1, allowed_updates=ALL)
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "kicked")
    [demoted] = changes_in(await bot.get_updates())
    assert demoted.new_chat_member.user.id == scene.bot.id


async def test_a_bot_is_told_how_its_own_rights_change(scene: Scene, bot: Bot) -> None:
    for status, rights in (
        ("member", None),
        ("administrator", ["can_manage_chat", "can_pin_messages"]),
        ("restricted", ["can_send_messages"]),
        ("kicked", None),
    ):
        scene.sim.set_member(scene.ops.id, scene.bot.id, status, rights)  # type: ignore[arg-type]  # the tuple's type is str
    updates = await bot.get_updates()
    told = changes_in(updates)
    assert [change.new_chat_member.status for change in told] == [
        ChatMemberStatus.MEMBER,
        ChatMemberStatus.ADMINISTRATOR,
        ChatMemberStatus.RESTRICTED,
        ChatMemberStatus.KICKED,
    ]
    promoted = told[1].new_chat_member
    assert isinstance(promoted, ChatMemberAdministrator)
    assert promoted.can_pin_messages
    assert not promoted.can_manage_topics
    assert messages_in(updates) == []


async def test_a_bot_that_is_added_finds_itself_welcomed(scene: Scene, bot: Bot) -> None:
    night = scene.sim.add_chat("supergroup", "Night", [scene.alice.id, scene.bob.id], bots=None)
    scene.sim.set_member(night.id, scene.bot.id, "member", actor_id=scene.bob.id)
    updates = await bot.get_updates()
    [added], [welcome] = changes_in(updates), messages_in(updates)
    assert added.from_user.id == scene.bob.id
    assert added.old_chat_member.status == ChatMemberStatus.LEFT
    assert welcome.new_chat_members
    assert welcome.new_chat_members[0].id == scene.bot.id


async def test_leaving_is_a_change_that_the_bot_made_itself(scene: Scene, bot: Bot) -> None:
    await bot.leave_chat(scene.ops.id)
    [change] = changes_in(await bot.get_updates())
    assert change.from_user.id == scene.bot.id
    assert change.new_chat_member.status == ChatMemberStatus.LEFT


async def test_an_anonymous_administrator_speaks_as_the_chat(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.ops.id, scene.alice.id, "/ack 1", as_chat=scene.ops.id)
    [message] = messages_in(await bot.get_updates())
    assert message.from_user
    assert message.from_user.id == GROUP_ANONYMOUS_BOT.id
    assert message.sender_chat
    assert message.sender_chat.id == scene.ops.id


async def test_a_channel_speaks_through_its_stand_in(scene: Scene, bot: Bot) -> None:
    channel = scene.sim.add_chat("channel", "News", [scene.bob.id], bots=None)
    scene.sim.write(scene.ops.id, scene.bob.id, "hello", as_chat=channel.id)
    [message] = messages_in(await bot.get_updates())
    assert message.from_user
    assert message.from_user.id == CHANNEL_BOT.id
    assert message.sender_chat
    assert message.sender_chat.title == "News"


async def test_nobody_speaks_for_a_chat_that_they_do_not_lead(scene: Scene) -> None:
    with pytest.raises(PermissionError, match="Bob cannot speak as this chat"):
        scene.sim.write(scene.ops.id, scene.bob.id, "/ack 1", as_chat=scene.ops.id)


async def test_a_channel_post_has_no_person(scene: Scene, bot: Bot) -> None:
    channel = scene.sim.add_chat("channel", "News", [scene.alice.id])
    scene.sim.write(channel.id, scene.alice.id, "hello")
    [update] = await bot.get_updates()
    assert update.channel_post
    assert update.channel_post.from_user is None
    assert update.channel_post.sender_chat
    assert update.channel_post.sender_chat.id == channel.id
