"""/sim/: looking on from outside, without a sleep."""

import asyncio
import json
from copy import deepcopy
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from bot.simulator.human.filters import Messages
from bot.simulator.human.find import collected
from tests.simulator.scene import Scene, button, get, keyboard

ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])


async def test_waiting_ends_when_a_message_says_it(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send("open")
    query = {"chat": scene.ops.id, "text": "acknowledged", "button": "Resolve"}
    waiting = asyncio.create_task(get(http, "/sim/wait", **query))
    await scene.ok(
        "editMessageText",
        chat_id=scene.ops.id,
        message_id=1,
        text="acknowledged by Bob",
        reply_markup=keyboard([button("🏁 Resolve", "r:1")]),
    )
    assert (await waiting)["message_id"] == 1
    found = await scene.sim.expect(scene.ops.id, lambda message: message.id == 1)
    assert found.current.text == "acknowledged by Bob"


async def test_the_calls_and_the_transcript_can_be_read(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.ok("getMe")
    await scene.send("open")
    [call] = await get(http, "/sim/calls", method="sendMessage")
    assert (call["ok"], call["parameters"]["text"]) == (True, "open")
    assert [item["method"] for item in await get(http, "/sim/calls", last=1)] == ["sendMessage"]
    [message] = await get(http, f"/sim/chats/{scene.ops.id}/transcript")
    assert message["from"] == {"id": 42, "name": "Dispatcher", "is_bot": True}
    assert message["versions"][0]["text"] == "open"


async def test_the_page_hears_of_changes(scene: Scene, http: aiohttp.ClientSession) -> None:
    async with http.get("/sim/events") as stream:
        assert await stream.content.readline() == b": hello\n"
        await scene.send("open")
        kinds = [await next_event(stream) for _ in range(2)]
    assert [event["kind"] for event in kinds] == ["message", "call"]
    assert kinds[0]["message"]["versions"][0]["text"] == "open"


async def next_event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            event: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return event
    raise AssertionError("the stream ended")


async def test_waiting_for_several_messages_returns_them_all(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send("one")
    waiting = asyncio.create_task(get(http, "/sim/wait", chat=scene.ops.id, count=2))
    await scene.send("two")
    assert [message["message_id"] for message in await waiting] == [1, 2]


async def test_who_waits_looks_again_at_a_world_that_was_put_back(scene: Scene) -> None:
    await scene.send("one")
    world, wanted = scene.sim.world, Messages(chat=scene.ops.id)
    kept = deepcopy(world.state)
    await scene.send("two")
    known = partial(wanted.known, world)
    waiting = asyncio.create_task(collected(world, "message", known, wanted.fits, 3))
    await asyncio.sleep(0)
    world.restore(kept)
    for text in ("three", "four"):
        await scene.send(text)
    assert [message.current.text for message in await waiting] == ["one", "three", "four"]


async def test_waiting_for_an_edit_passes_over_what_was_never_changed(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send("one")
    await scene.send("two")
    await scene.ok("editMessageText", chat_id=scene.ops.id, message_id=1, text="one more")
    found = await get(http, "/sim/wait", chat=scene.ops.id, edited="true")
    assert found["versions"][-1]["text"] == "one more"


async def test_waiting_for_an_answer(scene: Scene, http: aiohttp.ClientSession, bot: Bot) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    press = scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    query = {"kind": "answer", "user": scene.bob.id, "text": "by you"}
    waiting = asyncio.create_task(get(http, "/sim/wait", **query))
    await bot.answer_callback_query(press.id, text="Acknowledged by you")
    assert (await waiting)["id"] == press.id


async def test_waiting_for_a_call_after_another(scene: Scene, http: aiohttp.ClientSession) -> None:
    await scene.send("one")
    [first] = await get(http, "/sim/calls")
    query = {"kind": "call", "method": "send*", "after": first["number"], "text": "two"}
    waiting = asyncio.create_task(get(http, "/sim/wait", **query))
    await scene.send("two")
    assert (await waiting)["number"] == 2


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({"kind": "rain"}, 400, "Invalid enum value 'rain' - at `$.kind`"),
        ({"count": 0}, 400, "Expected `int` >= 1 - at `$.count`"),
        ({"kind": "call", "button": "x"}, 400, "Object contains unknown field `button`"),
        ({"text": "never", "timeout": 0}, 504, "nothing happened in time"),
    ],
)
async def test_what_cannot_be_waited_for_is_said(
    http: aiohttp.ClientSession, query: dict[str, Any], status: int, error: str
) -> None:
    async with http.get("/sim/wait", params=query) as response:
        assert (response.status, (await response.json())["error"]) == (status, error)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["getMe", "sendMessage", "sendMessage", "deleteMessage"]),
        ({"method": "SEND*", "last": 1}, ["sendMessage"]),
        ({"ok": "false"}, ["sendMessage", "deleteMessage"]),
        ({"fault": "4*"}, ["sendMessage"]),
        ({"after": 3}, ["deleteMessage"]),
        ({"text": "second"}, ["sendMessage"]),
    ],
)
async def test_the_call_log_can_be_searched(
    scene: Scene, http: aiohttp.ClientSession, query: dict[str, Any], expected: list[str]
) -> None:
    await scene.ok("getMe")
    await scene.send("first")
    scene.sim.fault("429")
    await scene.refused("sendMessage", chat_id=scene.ops.id, text="second")
    await scene.refused("deleteMessage", chat_id=scene.ops.id, message_id=9)
    found = await get(http, "/sim/calls", **query)
    assert [call["method"] for call in found] == expected


async def test_the_meter_can_be_read(scene: Scene, http: aiohttp.ClientSession) -> None:
    await scene.send()
    await scene.send()
    scene.clock.advance(59)
    rates = await get(http, "/sim/rates")
    assert rates["chats"][str(scene.ops.id)] == {"taken": 2, "most": 2, "refused": 0}
    assert rates["overall"] == {"taken": 0, "most": 2, "refused": 0}
    scene.clock.advance(1)
    rates = await get(http, "/sim/rates")
    assert rates["chats"][str(scene.ops.id)]["taken"] == 0
