"""Chats, rights and membership: what the bot may do where, and what it is told."""

import pytest
from aiogram import Bot
from aiogram.enums import ChatMemberStatus

from bot.simulator.state import Status
from tests.simulator.scene import Scene


async def refusal_in(scene: Scene, chat_id: object) -> str:
    return await scene.refused("sendMessage", chat_id=chat_id, text="x")


async def test_a_chat_must_be_named_and_known(scene: Scene) -> None:
    assert await scene.refused("sendMessage", text="x") == "Bad Request: chat_id is empty"
    assert await refusal_in(scene, -1) == "Bad Request: chat not found"
    assert await refusal_in(scene, "@nobody") == "Bad Request: chat not found"
    assert await refusal_in(scene, "ops") == "Bad Request: chat not found"


async def test_a_bot_waits_for_the_start(scene: Scene) -> None:
    assert (
        await refusal_in(scene, scene.alice.id)
        == "Forbidden: bot can't initiate conversation with a user"
    )
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    await scene.ok("sendMessage", chat_id=scene.alice.id, text="hello")


async def test_a_bot_that_is_blocked_is_told_so(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    scene.sim.block(scene.alice.id)
    assert await refusal_in(scene, scene.alice.id) == "Forbidden: bot was blocked by the user"
    scene.sim.write(scene.alice.id, scene.alice.id, "sorry")
    updates = await bot.get_updates()
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == [
        ChatMemberStatus.KICKED,
        ChatMemberStatus.MEMBER,
    ]


async def test_nobody_is_reached_where_nobody_is(scene: Scene) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    scene.sim.deactivate(scene.alice.id)
    assert await refusal_in(scene, scene.alice.id) == "Forbidden: user is deactivated"
    scene.sim.delete_chat(scene.ops.id)
    assert await refusal_in(scene, scene.ops.id) == "Forbidden: the group chat was deleted"
    with pytest.raises(PermissionError, match="nobody can write here"):
        scene.sim.write(scene.ops.id, scene.bob.id, "hello")
    assert await refusal_in(scene, scene.bot.id) == (
        "Forbidden: the bot can't send messages to the bot"
    )


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
        ("restricted", "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_bot_without_rights_cannot_write(
    scene: Scene, status: Status, refusal: str
) -> None:
    scene.sim.set_member(scene.ops.id, scene.bot.id, status)
    assert await refusal_in(scene, scene.ops.id) == refusal


async def test_a_bot_kicked_from_a_basic_group_is_told_so(scene: Scene) -> None:
    group = scene.sim.add_chat("group", "Small", [scene.alice.id])
    scene.sim.set_member(group.id, scene.bot.id, "kicked")
    assert await refusal_in(scene, group.id) == "Forbidden: bot was kicked from the group chat"


async def test_a_group_may_silence_its_plain_members(scene: Scene) -> None:
    scene.sim.chat(scene.ops.id).can_send_messages = False
    await scene.send("an administrator may")
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    assert "not enough rights" in await refusal_in(scene, scene.ops.id)


async def test_a_chat_that_a_bot_never_saw_is_not_found(scene: Scene) -> None:
    other = scene.sim.add_chat("supergroup", "Elsewhere", [scene.charlie.id], bots=None)
    assert await refusal_in(scene, other.id) == "Bad Request: chat not found"


async def test_the_bot_can_ask_about_a_chat_and_its_members(scene: Scene, bot: Bot) -> None:
    chat = await bot.get_chat(scene.ops.id)
    assert (chat.title, chat.type) == ("Ops", "supergroup")
    assert await bot.get_chat_member_count(scene.ops.id) == 3
    leading = await bot.get_chat_administrators(scene.ops.id)
    assert {member.user.id for member in leading} == {scene.alice.id, scene.bot.id}
    bob = await bot.get_chat_member(scene.ops.id, scene.bob.id)
    charlie = await bot.get_chat_member(scene.ops.id, scene.charlie.id)
    assert (bob.status, charlie.status) == (ChatMemberStatus.MEMBER, ChatMemberStatus.LEFT)


async def test_questions_about_nobody_are_refused(scene: Scene) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    refused = scene.refused
    assert (
        await refused("getChatMember", chat_id=scene.ops.id)
        == "Bad Request: invalid user_id specified"
    )
    assert (
        await refused("getChatMember", chat_id=scene.ops.id, user_id=9)
        == "Bad Request: member not found"
    )
    assert (
        await refused("getChatAdministrators", chat_id=scene.alice.id)
        == "Bad Request: there are no administrators in the private chat"
    )


async def test_a_bot_can_leave_a_group_but_not_a_person(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    assert await bot.leave_chat(scene.ops.id) is True
    assert not scene.sim.chat(scene.ops.id).has(scene.bot.id)
    assert (
        await scene.refused("leaveChat", chat_id=scene.alice.id)
        == "Bad Request: chat member status can't be changed in private chats"
    )


async def test_a_stranger_cannot_write_in_the_group(scene: Scene) -> None:
    with pytest.raises(PermissionError, match="Charlie is not in this chat"):
        scene.sim.write(scene.ops.id, scene.charlie.id, "hello")
