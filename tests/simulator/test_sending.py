"""sendMessage and sendChatAction: what is accepted, what comes back, what is refused."""

import pytest

from tests.simulator.scene import Scene, button, keyboard


async def test_a_message_comes_back_as_it_stands_in_the_chat(scene: Scene) -> None:
    sent = await scene.send("disk full", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    assert sent["message_id"] == 1
    assert sent["chat"] == {"id": scene.ops.id, "type": "supergroup", "title": "Ops"}
    assert sent["from"]["id"] == 42
    assert sent["text"] == "disk full"
    assert sent["reply_markup"] == keyboard([button("Acknowledge", "a:1")])
    assert scene.sim.message(scene.ops.id, 1).buttons == [button("Acknowledge", "a:1")]


async def test_silent_and_protected_are_kept(scene: Scene) -> None:
    sent = await scene.send(disable_notification=True, protect_content=True)
    assert sent["has_protected_content"] is True
    assert scene.sim.message(scene.ops.id, 1).silent


async def test_a_reply_carries_the_message_it_answers(scene: Scene) -> None:
    first = await scene.send("disk full on db1")
    reply = {"message_id": first["message_id"], "quote": "db1"}
    sent = await scene.send("resolved", reply_parameters=reply)
    assert sent["reply_to_message"]["text"] == "disk full on db1"
    assert sent["quote"] == {"text": "db1", "position": 13, "is_manual": True}


async def test_a_reply_to_nothing_is_refused_unless_allowed(scene: Scene) -> None:
    call = {"chat_id": scene.ops.id, "text": "resolved"}
    refusal = await scene.refused("sendMessage", **call, reply_parameters={"message_id": 9})
    assert refusal == "Bad Request: message to be replied not found"
    lenient = {"message_id": 9, "allow_sending_without_reply": True}
    sent = await scene.ok("sendMessage", **call, reply_parameters=lenient)
    assert "reply_to_message" not in sent


async def test_a_quote_must_be_in_the_message(scene: Scene) -> None:
    await scene.send("disk full")
    refusal = await scene.refused(
        "sendMessage",
        chat_id=scene.ops.id,
        text="resolved",
        reply_parameters={"message_id": 1, "quote": "memory"},
    )
    assert refusal == "Bad Request: QUOTE_TEXT_INVALID"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "Bad Request: message text is empty"),
        ("\ud800", "Bad Request: strings must be encoded in UTF-8"),
        (" \n ", "Bad Request: text must be non-empty"),
        ("x" * 4097, "Bad Request: message is too long"),
        ("я" * 16385, "Bad Request: text is too long"),
    ],
)
async def test_a_text_of_the_wrong_size_is_refused(scene: Scene, text: str, refusal: str) -> None:
    assert await scene.refused("sendMessage", chat_id=scene.ops.id, text=text) == refusal


async def test_the_length_is_counted_in_code_points(scene: Scene) -> None:
    sent = await scene.send("🔥" * 4096)
    assert len(sent["text"]) == 4096


async def test_a_chat_action_must_be_one_that_exists(scene: Scene) -> None:
    assert await scene.ok("sendChatAction", chat_id=scene.ops.id, action="typing") is True
    refusal = await scene.refused("sendChatAction", chat_id=scene.ops.id, action="dancing")
    assert refusal == "Bad Request: wrong parameter action in request"


async def test_arguments_are_checked_before_the_chat_and_lengths_last(scene: Scene) -> None:
    too_long = "x" * 4097
    broken = {"inline_keyboard": [[{"text": "No action"}]]}
    wrong_data = keyboard([button("Acknowledge", "x" * 65)])
    call = scene.refused
    assert "Text buttons are unallowed" in await call(
        "sendMessage", chat_id=1, text=too_long, reply_markup=broken
    )
    assert await call("sendMessage", chat_id=1, text="") == "Bad Request: message text is empty"
    assert (
        await call("sendMessage", chat_id=1, text=too_long, reply_markup=wrong_data)
        == "Bad Request: chat not found"
    )
    assert (
        await call("sendMessage", chat_id=scene.ops.id, text=too_long, reply_markup=wrong_data)
        == "Bad Request: message is too long"
    )
    assert (
        await call("sendMessage", chat_id=scene.ops.id, text="x", reply_markup=wrong_data)
        == "Bad Request: BUTTON_DATA_INVALID"
    )


async def test_a_parameter_that_is_not_simulated_is_a_warning_in_the_log(scene: Scene) -> None:
    await scene.send(mesage_thread_id=7)
    assert scene.sim.calls("sendMessage")[0].warnings == ["mesage_thread_id was not looked at"]
