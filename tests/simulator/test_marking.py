"""Pins and reactions: who may, what the chat is told, what the bot hears of people's."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import ReactionTypeEmoji, ReactionTypeUnion

from tests.simulator.scene import Scene


def eyes(*emojis: str) -> list[dict[str, Any]]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]


def emojis_of(reactions: list[ReactionTypeUnion]) -> list[str]:
    return [reaction.emoji for reaction in reactions if isinstance(reaction, ReactionTypeEmoji)]


async def test_a_pin_is_told_and_can_be_taken_away(scene: Scene, bot: Bot) -> None:
    await scene.send("open")
    assert await bot.pin_chat_message(scene.ops.id, 1, disable_notification=True)
    told = scene.sim.message(scene.ops.id, 2)
    assert told.service
    assert told.service["pinned_message"]["message_id"] == 1
    assert told.silent
    pinned = (await bot.get_chat(scene.ops.id)).pinned_message
    assert pinned
    assert pinned.message_id == 1
    assert await bot.unpin_chat_message(scene.ops.id)
    assert (await bot.get_chat(scene.ops.id)).pinned_message is None


async def test_what_is_pinned_already_is_not_told_again(scene: Scene, bot: Bot) -> None:
    await scene.send("open")
    for _ in range(2):
        await bot.pin_chat_message(scene.ops.id, 1)
    assert len(scene.sim.transcript(scene.ops.id)) == 2


async def test_pinning_needs_a_message_and_the_right(scene: Scene) -> None:
    call = {"chat_id": scene.ops.id, "message_id": 9}
    assert await scene.refused("pinChatMessage", **call) == "Bad Request: message to pin not found"
    assert await scene.refused("unpinChatMessage", **call) == (
        "Bad Request: message to unpin not found"
    )
    scene.sim.set_member(scene.ops.id, scene.bot.id, "administrator", ["can_manage_chat"])
    assert await scene.refused("pinChatMessage", **call) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )


async def test_a_bot_has_one_reaction_which_it_can_change(scene: Scene, bot: Bot) -> None:
    await scene.send("open")
    for emoji in ("👀", "👌"):
        assert await bot.set_message_reaction(scene.ops.id, 1, [ReactionTypeEmoji(emoji=emoji)])
    assert scene.sim.message(scene.ops.id, 1).reactions == {scene.bot.id: ["👌"]}
    assert await scene.ok("setMessageReaction", chat_id=scene.ops.id, message_id=1)
    assert scene.sim.message(scene.ops.id, 1).reactions == {}


@pytest.mark.parametrize(
    ("emojis", "message_id", "refusal"),
    [
        (["👀", "👌"], 1, "REACTIONS_TOO_MANY"),
        (["✅"], 1, "REACTION_INVALID"),
        (["👀"], 9, "message to react not found"),
    ],
)
async def test_a_wrong_reaction_is_refused(
    scene: Scene, emojis: list[str], message_id: int, refusal: str
) -> None:
    await scene.send("open")
    call = {"chat_id": scene.ops.id, "message_id": message_id, "reaction": eyes(*emojis)}
    assert await scene.refused("setMessageReaction", **call) == f"Bad Request: {refusal}"


async def test_a_leading_bot_that_asks_hears_of_reactions(scene: Scene, bot: Bot) -> None:
    await scene.send("open")
    scene.sim.react(scene.ops.id, 1, scene.bob.id, "👎")
    assert await bot.get_updates(allowed_updates=["message_reaction"]) == []
    scene.sim.react(scene.ops.id, 1, scene.bob.id, "👀")
    scene.sim.react(scene.ops.id, 1, scene.alice.id, "👍", as_chat=scene.ops.id)
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    scene.sim.react(scene.ops.id, 1, scene.bob.id)
    scene.clock.advance(5)
    changed, anonymous = (update.message_reaction for update in await bot.get_updates())
    assert changed
    assert changed.user
    assert changed.user.id == scene.bob.id
    assert emojis_of(changed.old_reaction) == ["👎"]
    assert emojis_of(changed.new_reaction) == ["👀"]
    assert anonymous
    assert anonymous.user is None
    assert anonymous.actor_chat
    assert anonymous.actor_chat.id == scene.ops.id


async def test_charlie_cannot_react(scene: Scene) -> None:
    await scene.send("open")
    with pytest.raises(PermissionError, match="Charlie is not in this chat"):
        scene.sim.react(scene.ops.id, 1, scene.charlie.id, "👀")
    with pytest.raises(ValueError, match="no such reaction"):
        scene.sim.react(scene.ops.id, 1, scene.bob.id, "✅")
