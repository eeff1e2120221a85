"""Ephemeral messages: who may see one, for how long one may be sent, how it is changed."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import BotCommand, EphemeralMessageParameters, ReplyParameters

from bot.simulator.settings import FEATURES, UNLIMITED, SimulatorSettings
from tests.simulator.scene import Scene, button, keyboard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NO_RIGHT = "Bad Request: not enough rights to send ephemeral messages to the chat"
ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])


def only_for(user_id: int, query_id: str = "") -> dict[str, Any]:
    query = {"callback_query_id": query_id} if query_id else {}
    return {"ephemeral_message_parameters": {"receiver_user_id": user_id, **query}}


async def whisper(scene: Scene, **parameters: Any) -> dict[str, Any]:
    return await scene.call("sendMessage", chat_id=scene.ops.id, text="not you", **parameters)


async def pressed(scene: Scene, user_id: int) -> str:
    card = await scene.send("open", reply_markup=ACKNOWLEDGE)
    return scene.sim.start_press(user_id, scene.ops.id, card["message_id"], "a:1").id


async def test_it_has_an_id_of_its_own_and_only_one_reader(scene: Scene, bot: Bot) -> None:
    sent = await bot.send_message(
        scene.ops.id,
        "not you",
        ephemeral_message_parameters=EphemeralMessageParameters(receiver_user_id=scene.bob.id),
    )
    assert (sent.message_id, sent.ephemeral_message_id) == (0, 1)
    assert sent.receiver_user
    assert sent.receiver_user.id == scene.bob.id
    assert scene.sim.message(scene.ops.id, 1).receiver_id == scene.bob.id
    assert scene.sim.world.meter.chats[scene.ops.id].most == 0


class TestOfAPlainMember:
    @pytest.fixture(autouse=True)
    def plain(self, scene: Scene) -> None:
        scene.sim.set_member(scene.ops.id, scene.bot.id, "member")

    async def test_it_needs_a_press(self, scene: Scene) -> None:
        refused = await whisper(scene, **only_for(scene.bob.id))
        assert refused["description"] == NO_RIGHT
        query_id = await pressed(scene, scene.bob.id)
        assert (await whisper(scene, **only_for(scene.bob.id, query_id)))["ok"]

    async def test_it_has_fifteen_seconds(self, scene: Scene) -> None:
        query_id = await pressed(scene, scene.bob.id)
        scene.clock.advance(15)
        assert (await whisper(scene, **only_for(scene.bob.id, query_id)))["ok"]
        scene.clock.advance(1)
        late = await whisper(scene, **only_for(scene.bob.id, query_id))
        assert late["description"] == TOO_OLD

    async def test_a_press_is_no_way_to_another_person(self, scene: Scene) -> None:
        query_id = await pressed(scene, scene.bob.id)
        other = await whisper(scene, **only_for(scene.alice.id, query_id))
        assert other["description"] == TOO_OLD

    async def test_an_ephemeral_command_may_be_answered(self, scene: Scene, bot: Bot) -> None:
        command = BotCommand(command="status", description="How it is", is_ephemeral=True)
        await bot.set_my_commands([command])
        asked = scene.sim.write(scene.ops.id, scene.bob.id, "/status")
        *_, update = await bot.get_updates()
        assert update.message
        assert (update.message.message_id, update.message.ephemeral_message_id) == (0, asked.id)
        sent = await bot.send_message(
            scene.ops.id,
            "all is well",
            ephemeral_message_parameters=EphemeralMessageParameters(receiver_user_id=scene.bob.id),
            reply_parameters=ReplyParameters(ephemeral_message_id=asked.id),
        )
        assert sent.reply_to_message
        scene.clock.advance(16)
        late = await whisper(scene, **only_for(scene.bob.id))
        assert late["description"] == NO_RIGHT


async def test_a_stranger_and_a_private_chat_get_none(scene: Scene) -> None:
    refused = await whisper(scene, **only_for(scene.charlie.id))
    assert refused["description"] == "Bad Request: PARTICIPANT_ID_INVALID"
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    refusal = await scene.refused(
        "sendMessage", chat_id=scene.alice.id, text="x", **only_for(scene.alice.id)
    )
    assert "only to groups" in refusal


async def test_it_is_edited_and_deleted_by_methods_of_its_own(scene: Scene) -> None:
    sent = (await whisper(scene, **only_for(scene.bob.id), reply_markup=ACKNOWLEDGE))["result"]
    number = sent["ephemeral_message_id"]
    place = {"chat_id": scene.ops.id, "receiver_user_id": scene.bob.id}
    own = {**place, "ephemeral_message_id": number}
    assert await scene.ok("editEphemeralMessageText", **own, text="still not you")
    edited = scene.sim.message(scene.ops.id, number)
    assert (edited.current.text, edited.buttons) == ("still not you", [])
    assert await scene.ok("editEphemeralMessageReplyMarkup", **own, reply_markup=ACKNOWLEDGE)
    assert await scene.refused(
        "editMessageText", chat_id=scene.ops.id, message_id=number, text="x"
    ) == ("Bad Request: message to edit not found")
    assert await scene.ok("deleteEphemeralMessage", **own)
    assert await scene.refused("deleteEphemeralMessage", **own) == (
        "Bad Request: message to delete not found"
    )


async def test_somebody_elses_cannot_be_edited(scene: Scene) -> None:
    await scene.send("open")
    await whisper(scene, **only_for(scene.bob.id))
    for number, receiver in ((1, scene.bob.id), (2, scene.alice.id)):
        refusal = await scene.refused(
            "editEphemeralMessageText",
            chat_id=scene.ops.id,
            receiver_user_id=receiver,
            ephemeral_message_id=number,
            text="x",
        )
        assert refusal == "Bad Request: message to edit not found"


async def test_its_button_tells_which_message_it_was(scene: Scene, bot: Bot) -> None:
    sent = (await whisper(scene, **only_for(scene.bob.id), reply_markup=ACKNOWLEDGE))["result"]
    number = sent["ephemeral_message_id"]
    scene.sim.start_press(scene.bob.id, scene.ops.id, number, "a:1")
    [update] = await bot.get_updates()
    assert update.callback_query
    message = update.callback_query.message
    assert message
    assert (message.message_id, getattr(message, "ephemeral_message_id", None)) == (0, number)


class TestOfAnOldServer:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(UNLIMITED.limits, features=FEATURES - {"ephemeral"})

    async def test_everybody_sees_what_was_meant_for_one(self, scene: Scene) -> None:
        sent = (await whisper(scene, **only_for(scene.bob.id)))["result"]
        assert sent["message_id"] == 1
        assert scene.sim.calls("sendMessage")[0].warnings == [
            "ephemeral_message_parameters was not looked at"
        ]

    async def test_there_are_no_such_methods(self, scene: Scene) -> None:
        for method in ("editEphemeralMessageText", "deleteEphemeralMessage"):
            assert await scene.refused(method) == "Not Found: method not found"
        assert scene.sim.unsupported == []
