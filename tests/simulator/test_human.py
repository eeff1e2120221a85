"""/sim/: the people's side over HTTP, as the page and separate processes use it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from tests.simulator.scene import Scene, button, keyboard

ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])


@pytest.fixture
async def http(scene: Scene) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(scene.base) as session:
        yield session


async def post(http: aiohttp.ClientSession, path: str, **body: Any) -> Any:
    async with http.post(path, json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def get(http: aiohttp.ClientSession, path: str, **query: Any) -> Any:
    async with http.get(path, params=query) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def test_a_scene_can_be_made_from_outside(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/bots", token="44:LATE", username="late_bot")
    dora = await post(http, "/sim/users", name="Dora", language_code="ru")
    chat = await post(http, "/sim/chats", kind="group", title="Night", members=[dora["id"]])
    member = await post(
        http, f"/sim/chats/{chat['id']}/members", user_id=scene.bob.id, status="member"
    )
    assert member["status"] == "member"
    state = await get(http, "/sim/state")
    [night] = [known for known in state["chats"] if known["title"] == "Night"]
    assert {item["user_id"] for item in night["members"]} == {dora["id"], scene.bob.id, 42, 44}
    moved = await post(http, f"/sim/chats/{chat['id']}/migrate")
    assert scene.sim.chat(chat["id"]).migrated_to == moved["id"]


async def test_a_person_writes_and_the_bot_hears(
    scene: Scene, http: aiohttp.ClientSession, bot: Bot
) -> None:
    path = f"/sim/chats/{scene.ops.id}/messages"
    first = await post(http, path, user_id=scene.bob.id, text="/open")
    await post(http, path, user_id=scene.alice.id, text="thanks", reply_to=first["message_id"])
    command, reply = await bot.get_updates()
    assert command.message
    assert command.message.entities
    assert command.message.entities[0].type == "bot_command"
    assert reply.message
    assert reply.message.reply_to_message
    assert reply.message.reply_to_message.text == "/open"


async def test_a_press_waits_for_the_answer(
    scene: Scene, http: aiohttp.ClientSession, bot: Bot
) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    path = f"/sim/messages/{scene.ops.id}/1/press"
    pressing = asyncio.create_task(post(http, path, user_id=scene.bob.id, text="Acknowledge"))
    [update] = await bot.get_updates(timeout=10)
    assert update.callback_query
    await bot.answer_callback_query(update.callback_query.id, text="Acknowledged by you")
    answer = await pressing
    assert (answer["text"], answer["show_alert"]) == ("Acknowledged by you", False)


async def test_a_press_without_an_answer_says_so(scene: Scene, http: aiohttp.ClientSession) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    body = {"user_id": scene.bob.id, "data": "a:1", "timeout": 0}
    async with http.post(f"/sim/messages/{scene.ops.id}/1/press", json=body) as response:
        assert response.status == 504
        assert await response.json() == {"error": "nothing happened in time"}


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


async def test_faults_are_set_and_cleared(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/faults", action="429", method="sendMessage", retry_after=9, times=None)
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
    assert refusal == "Too Many Requests: retry after 9"
    assert [rule["action"] for rule in await get(http, "/sim/faults")] == ["429"]
    async with http.delete("/sim/faults") as response:
        assert response.status == 200
    await scene.send()


async def test_one_of_several_faults_is_taken_away(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    first = await post(http, "/sim/faults", action="error", times=None)
    await post(http, "/sim/faults", action="restart", times=None)
    async with http.delete(f"/sim/faults/{first['id']}") as response:
        assert response.status == 200
    assert await scene.refused("getMe") == "Internal Server Error: restart"
    [call] = await get(http, "/sim/calls", method="getMe")
    assert (call["fault"], call["fault_id"]) == ("restart", first["id"] + 1)


async def test_a_bad_day_is_begun_by_its_name(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/faults/presets/flood")
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
    assert refusal == "Too Many Requests: retry after 60"
    [rule, *_] = await get(http, "/sim/faults")
    assert (rule["method"], rule["struck"], rule["left"]) == ("send*", 1, 60)


async def test_a_message_can_be_deleted_by_a_person(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send()
    async with http.delete(f"/sim/messages/{scene.ops.id}/1") as response:
        assert response.status == 200
    assert scene.sim.message(scene.ops.id, 1).deleted


async def test_a_reset_forgets_everything(scene: Scene, http: aiohttp.ClientSession) -> None:
    polling = asyncio.create_task(scene.call("getUpdates", timeout=30))
    await scene.clock.sleeper(30)
    await post(http, "/sim/reset")
    assert (await polling)["description"] == "Internal Server Error: restart"
    assert (await get(http, "/sim/state"))["chats"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/sim/chats/1/messages", {"user_id": 1, "text": "x"}, 404, "1"),
        ("/sim/users", {}, 400, "Object missing required field `name`"),
        ("/sim/users", {"name": "Dora", "age": 7}, 400, "Object contains unknown field `age`"),
        ("/sim/bots", {"token": "x"}, 400, "a token is a number, a colon and a secret"),
        (
            "/sim/chats/5000001/messages",
            {"user_id": 5_000_001, "text": " "},
            400,
            "Bad Request: text must be non-empty",
        ),
        ("/sim/fire", {}, 404, "nothing to fire"),
        ("/sim/faults", {"action": "error", "nth": 0}, 400, "Expected `int` >= 1 - at `$.nth`"),
        (
            "/sim/faults",
            {"action": "refused"},
            400,
            "a refusal needs `lasts`: nobody could end it from outside",
        ),
        (
            "/sim/faults/presets/rain",
            {},
            404,
            "no such preset; there are: slow, down, flood, flaky",
        ),
    ],
)
async def test_what_is_wrong_is_said(
    http: aiohttp.ClientSession, path: str, body: Any, status: int, error: str
) -> None:
    async with http.post(path, json=body) as response:
        assert (response.status, (await response.json())["error"]) == (status, error)


async def test_charlie_cannot_write_in_the_group(scene: Scene, http: aiohttp.ClientSession) -> None:
    body = {"user_id": scene.charlie.id, "text": "hello"}
    async with http.post(f"/sim/chats/{scene.ops.id}/messages", json=body) as response:
        assert response.status == 403


async def test_a_foreign_web_page_cannot_post(http: aiohttp.ClientSession) -> None:
    async with http.post("/sim/reset", data="{}") as response:
        assert response.status == 400


async def test_the_page_lets_no_foreign_script_in(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "SIMULATED" not in await response.text()
    async with http.get("/page/words.js") as response:
        assert "SIMULATED TELEGRAM" in await response.text()
