"""Edits and deletions: the keyboard must be resent, only own messages, nothing twice."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from tests.simulator.scene import Scene, button, keyboard

ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)


async def test_an_edit_makes_a_new_version_and_keeps_the_old(scene: Scene) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    scene.clock.advance(60)
    edited = await scene.ok(
        "editMessageText", chat_id=scene.ops.id, message_id=1, text="acknowledged"
    )
    assert edited["edit_date"] == edited["date"] + 60
    versions = scene.sim.transcript(scene.ops.id)[0]["versions"]
    assert [version["text"] for version in versions] == ["open", "acknowledged"]


async def test_an_edit_without_a_keyboard_drops_the_keyboard(scene: Scene) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    edited = await scene.ok("editMessageText", chat_id=scene.ops.id, message_id=1, text="resolved")
    assert "reply_markup" not in edited


async def test_the_keyboard_can_be_changed_alone(scene: Scene) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    where = {"chat_id": scene.ops.id, "message_id": 1}
    other = keyboard([button("Resolve", "r:1")])
    edited = await scene.ok("editMessageReplyMarkup", **where, reply_markup=other)
    assert (edited["text"], edited["reply_markup"]) == ("open", other)
    assert await scene.refused("editMessageReplyMarkup", **where, reply_markup=other) == (
        NOT_MODIFIED
    )
    assert "reply_markup" not in await scene.ok("editMessageReplyMarkup", **where)


async def test_an_unchanged_edit_is_not_modified(scene: Scene, bot: Bot) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            "open",
            chat_id=scene.ops.id,
            message_id=1,
            reply_markup=InlineKeyboardMarkup.model_validate(ACKNOWLEDGE),
        )
    assert scene.sim.calls("editMessageText")[0].description == NOT_MODIFIED


async def test_a_message_that_is_gone_cannot_be_edited(scene: Scene) -> None:
    await scene.send()
    scene.sim.delete(scene.ops.id, 1)
    for number in (1, 2):
        assert (
            await scene.refused(
                "editMessageText", chat_id=scene.ops.id, message_id=number, text="x"
            )
            == "Bad Request: message to edit not found"
        )


async def test_only_own_messages_can_be_edited(scene: Scene) -> None:
    scene.sim.write(scene.ops.id, scene.bob.id, "looking")
    refusal = await scene.refused("editMessageText", chat_id=scene.ops.id, message_id=1, text="x")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(scene: Scene) -> None:
    await scene.send(reply_markup={"force_reply": True})
    refusal = await scene.refused("editMessageText", chat_id=scene.ops.id, message_id=1, text="x")
    assert refusal == "Bad Request: message can't be edited"


async def test_an_edit_that_is_too_long_is_refused_in_other_words(scene: Scene) -> None:
    await scene.send()
    refusal = await scene.refused(
        "editMessageText", chat_id=scene.ops.id, message_id=1, text="x" * 4097
    )
    assert refusal == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_bot_deletes_messages_for_two_days(scene: Scene) -> None:
    await scene.send()
    await scene.send()
    delete = {"chat_id": scene.ops.id, "message_id": 1}
    assert await scene.ok("deleteMessage", **delete) is True
    assert (
        await scene.refused("deleteMessage", **delete) == "Bad Request: message to delete not found"
    )
    scene.clock.advance(48 * 3600 + 1)
    assert (
        await scene.refused("deleteMessage", chat_id=scene.ops.id, message_id=2)
        == "Bad Request: message can't be deleted"
    )


async def test_deleting_what_others_wrote_takes_the_right(scene: Scene) -> None:
    scene.sim.write(scene.ops.id, scene.bob.id, "looking")
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    refusal = await scene.refused("deleteMessage", chat_id=scene.ops.id, message_id=1)
    assert refusal == "Bad Request: message can't be deleted"
    scene.sim.set_member(scene.ops.id, scene.bot.id, "administrator", ["can_delete_messages"])
    await scene.ok("deleteMessage", chat_id=scene.ops.id, message_id=1)


async def test_many_are_deleted_at_once_and_missing_ones_skipped(scene: Scene) -> None:
    for _ in range(3):
        await scene.send()
    assert await scene.ok("deleteMessages", chat_id=scene.ops.id, message_ids=[1, 3, 99])
    deleted = [message["deleted"] for message in scene.sim.transcript(scene.ops.id)]
    assert deleted == [True, False, True]


@pytest.mark.parametrize(
    ("message_ids", "reason"),
    [
        (None, "message identifiers are not specified"),
        (7, "expected an Array of message identifiers"),
        (list(range(1, 102)), "too many message identifiers specified"),
        ([0], "invalid message identifier specified"),
    ],
)
async def test_wrong_lists_of_messages_are_refused(
    scene: Scene, message_ids: object, reason: str
) -> None:
    refusal = await scene.refused("deleteMessages", chat_id=scene.ops.id, message_ids=message_ids)
    assert refusal == f"Bad Request: {reason}"
