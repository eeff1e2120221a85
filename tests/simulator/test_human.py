"""/sim/: the people's side over HTTP, as the page and separate processes use it."""

import asyncio
import base64
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile

from tests.simulator.scene import Scene, button, get, keyboard, post

ACKNOWLEDGE = keyboard([button("Acknowledge", "a:1")])


async def test_a_scene_can_be_made_from_outside(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/bots", token="44:LATE", username="late_bot", privacy=False)
    assert not scene.sim.world.state.bots[44].privacy
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


async def test_a_person_edits_and_reacts(
    scene: Scene, http: aiohttp.ClientSession, bot: Bot
) -> None:
    await bot.get_updates(allowed_updates=["edited_message", "message_reaction"])
    scene.sim.write(scene.ops.id, scene.bob.id, "one")
    path = f"/sim/messages/{scene.ops.id}/1"
    edited = await post(http, f"{path}/edit", user_id=scene.bob.id, text="two")
    assert [version["text"] for version in edited["versions"]] == ["one", "two"]
    reacted = await post(http, f"{path}/react", user_id=scene.alice.id, emojis=["👀"])
    assert reacted["reactions"] == {str(scene.alice.id): ["👀"]}
    scene.clock.advance(5)
    edit, reaction = await bot.get_updates()
    assert edit.edited_message
    assert edit.edited_message.text == "two"
    assert reaction.message_reaction


async def test_a_person_blocks_the_bot_and_thinks_better_of_it(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    await post(http, f"/sim/users/{scene.alice.id}/block")
    message = {"chat_id": scene.alice.id, "text": "x"}
    refusal = await scene.refused("sendMessage", **message)
    assert refusal == "Forbidden: bot was blocked by the user"
    await post(http, f"/sim/users/{scene.alice.id}/unblock")
    await scene.ok("sendMessage", **message)


async def test_a_group_may_be_for_reading_only(scene: Scene, http: aiohttp.ClientSession) -> None:
    scene.sim.set_member(scene.ops.id, scene.bot.id, "member")
    await post(http, f"/sim/chats/{scene.ops.id}/rights", can_send_messages=False)
    assert await scene.refused("sendMessage", chat_id=scene.ops.id, text="x") == (
        "Bad Request: not enough rights to send text messages to the chat"
    )


async def test_a_group_is_deleted_from_outside(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, f"/sim/chats/{scene.ops.id}/delete")
    assert await scene.refused("sendMessage", chat_id=scene.ops.id, text="x") == (
        "Forbidden: the group chat was deleted"
    )


async def test_a_link_is_followed_to_the_bot(
    scene: Scene, http: aiohttp.ClientSession, bot: Bot
) -> None:
    url = "https://t.me/dispatcher_bot?start=w0rd"
    opened = await post(http, "/sim/links/open", user_id=scene.charlie.id, url=url)
    assert opened == {"chat_id": scene.charlie.id}
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == "/start w0rd"


async def test_a_link_lets_the_bot_into_a_group(scene: Scene, http: aiohttp.ClientSession) -> None:
    night = scene.sim.add_chat("group", "Night", [scene.alice.id, scene.bob.id], bots=None)
    url = "https://t.me/dispatcher_bot?startgroup=w0rd&admin=pin_messages+manage_topics"
    body = {"user_id": scene.alice.id, "url": url, "chat_id": night.id}
    await post(http, "/sim/links/open", **body)
    assert night.member(scene.bot.id).rights == ["can_pin_messages", "can_manage_topics"]
    assert night.messages[max(night.messages)].current.text == "/start@dispatcher_bot w0rd"
    body["user_id"] = scene.bob.id
    async with http.post("/sim/links/open", json=body) as response:
        assert response.status == 403


async def test_topics_are_opened_closed_and_deleted_from_outside(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    chat = await post(
        http,
        "/sim/chats",
        kind="supergroup",
        title="SRE",
        members=[scene.alice.id],
        is_forum=True,
    )
    path, who = f"/sim/chats/{chat['id']}/topics", {"user_id": scene.alice.id}
    topic = await post(http, path, **who, name="Payments")
    closed = await post(http, f"{path}/{topic['id']}", **who, action="close")
    assert closed["closed"]
    message = {"chat_id": chat["id"], "message_thread_id": topic["id"], "text": "x"}
    assert await scene.refused("closeForumTopic", **message) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert not (await post(http, f"{path}/{topic['id']}", **who, action="reopen"))["closed"]
    await post(http, f"{path}/{topic['id']}", **who, action="delete")
    assert await scene.refused("sendMessage", **message) == "Bad Request: message thread not found"


async def test_a_file_is_handed_out_to_be_kept_not_opened(
    scene: Scene, http: aiohttp.ClientSession, bot: Bot
) -> None:
    page = BufferedInputFile(b"<script>", filename="page.html")
    sent = await bot.send_document(scene.ops.id, page)
    assert sent.document
    async with http.get(f"/sim/files/{sent.document.file_id}") as response:
        assert await response.read() == b"<script>"
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_person_sends_a_file(scene: Scene, http: aiohttp.ClientSession, bot: Bot) -> None:
    file = {"name": "shop.log", "content": base64.b64encode(b"disk full").decode()}
    path = f"/sim/chats/{scene.ops.id}/messages"
    sent = await post(http, path, user_id=scene.bob.id, file=file)
    assert sent["versions"][0]["media"]["document"]["file_name"] == "shop.log"
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.document


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


async def test_a_button_can_be_named_by_its_place(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send("open", reply_markup=keyboard([button("A", "a:1")], [button("B", "b:1")]))
    path = f"/sim/messages/{scene.ops.id}/1/press"
    async with http.post(path, json={"user_id": scene.bob.id, "row": 1, "timeout": 0}):
        pressed = [press.data for press in scene.sim.world.state.presses.values()]
    assert pressed == ["b:1"]
    body = {"user_id": scene.bob.id, "row": 1, "col": 1}
    async with http.post(path, json=body) as response:
        assert await response.json() == {"error": "no button at row 1, col 1"}


async def test_a_press_without_an_answer_says_so(scene: Scene, http: aiohttp.ClientSession) -> None:
    await scene.send("open", reply_markup=ACKNOWLEDGE)
    body = {"user_id": scene.bob.id, "data": "a:1", "timeout": 0}
    async with http.post(f"/sim/messages/{scene.ops.id}/1/press", json=body) as response:
        assert response.status == 504
        assert await response.json() == {"error": "nothing happened in time"}


async def test_a_message_can_be_deleted_by_a_person(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    await scene.send()
    async with http.delete(f"/sim/messages/{scene.ops.id}/1") as response:
        assert response.status == 200
    assert scene.sim.message(scene.ops.id, 1).deleted


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
        (
            "/sim/links/open",
            {"user_id": 5_000_001, "url": "https://x.io/dispatcher_bot?start=1"},
            404,
            "this is no link to a bot that is here",
        ),
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
    async with http.get("/page/english.js") as response:
        assert "SIMULATED TELEGRAM" in await response.text()
