"""Webhooks: delivered in order with the secret, again after a failure."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.simulator.settings import UNLIMITED, SimulatorSettings
from tests.simulator.scene import Scene, button, keyboard


@dataclass
class Hook:
    """A webhook that answers as told and remembers what came."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    came: asyncio.Queue[tuple[str, dict[str, Any]]] = field(default_factory=asyncio.Queue)
    stuck: set[str] = field(default_factory=set)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        update = await request.json()
        self.came.put_nowait((secret, update))
        if self.stuck & update.keys():
            await self.free.wait()
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram", hook.take)
    async with TestServer(app, host="127.0.0.1") as server:
        hook.url = str(server.make_url("/telegram"))
        yield hook


async def test_updates_come_in_order_with_the_secret(scene: Scene, bot: Bot, hook: Hook) -> None:
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    assert await bot.set_webhook(hook.url, secret_token="s3cret")
    scene.sim.write(scene.ops.id, scene.alice.id, "two")
    came = [await hook.came.get(), await hook.came.get()]
    assert [(secret, update["message"]["text"]) for secret, update in came] == [
        ("s3cret", "one"),
        ("s3cret", "two"),
    ]


async def test_a_failure_is_tried_again_at_once_and_then_ever_later(
    scene: Scene, bot: Bot, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500) for _ in range(3)]
    await bot.set_webhook(hook.url)
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    first, second = await hook.came.get(), await hook.came.get()
    assert first == second
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.pending_update_count == 1
    for pause in (2, 4):
        await scene.clock.sleeper(pause)
        scene.clock.advance(pause)
        assert await hook.came.get() == first


async def test_retry_after_is_obeyed(scene: Scene, bot: Bot, hook: Hook) -> None:
    hook.answers = [web.Response(status=503, headers={"Retry-After": "7"})]
    await bot.set_webhook(hook.url)
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    await hook.came.get()
    await scene.clock.sleeper(7)
    scene.clock.advance(7)
    await hook.came.get()


async def test_a_webhook_and_polling_exclude_each_other(scene: Scene, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await scene.clock.sleeper(30)
    await bot.set_webhook("http://127.0.0.1:1/none")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await polling
    scene.clock.advance(5)
    assert await scene.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active;"
        " use deleteWebhook to delete the webhook first"
    )
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_pending_updates_can_be_dropped(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_nobody_listening_is_a_refused_connection(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    await bot.set_webhook("http://127.0.0.1:1/none", allowed_updates=["message"])
    await scene.clock.sleeper(2)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection refused"
    assert info.allowed_updates == ["message"]


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("x" * 257, "secret token is too long"),
        ("a b", "secret token contains unallowed characters"),
    ],
)
async def test_a_wrong_secret_is_refused(scene: Scene, secret: str, reason: str) -> None:
    refusal = await scene.refused("setWebhook", url="http://x.io/t", secret_token=secret)
    assert refusal == f"Bad Request: {reason}"


async def test_a_wrong_address_is_refused(scene: Scene) -> None:
    refusal = await scene.refused("setWebhook", url="ftp://x.io/t")
    assert refusal == "Bad Request: bad webhook: Unsupported URL protocol"


async def test_a_webhook_can_be_out_of_reach_for_a_while(
    scene: Scene, bot: Bot, hook: Hook
) -> None:
    scene.sim.fault("webhook_down", times=None, lasts=2)
    await bot.set_webhook(hook.url)
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    await scene.clock.sleeper(2)
    assert hook.came.empty()
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    scene.clock.advance(2)
    _, update = await hook.came.get()
    assert update["message"]["text"] == "one"


async def test_a_stuck_update_holds_up_only_its_own_lane(
    scene: Scene, bot: Bot, hook: Hook
) -> None:
    hook.stuck = {"message"}
    await scene.send("open", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    await bot.set_webhook(hook.url)
    for text in ("one", "two"):
        scene.sim.write(scene.ops.id, scene.alice.id, text)
    scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    came = [(await hook.came.get())[1] for _ in range(2)]
    assert [update.get("message", {}).get("text") for update in came] == ["one", None]
    assert "callback_query" in came[1]
    hook.free.set()
    _, second = await hook.came.get()
    assert second["message"]["text"] == "two"


async def test_a_webhook_takes_no_more_connections_than_it_said(
    scene: Scene, bot: Bot, hook: Hook
) -> None:
    hook.stuck = {"callback_query"}
    await scene.send("open", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    await bot.set_webhook(hook.url, max_connections=1)
    for person in (scene.alice, scene.bob):
        scene.sim.start_press(person.id, scene.ops.id, 1, "a:1")
    _, first = await hook.came.get()
    assert first["callback_query"]["from"]["first_name"] == "Alice"
    assert hook.came.empty()
    hook.free.set()
    _, second = await hook.came.get()
    assert second["callback_query"]["from"]["first_name"] == "Bob"


async def test_an_answer_may_be_a_call(scene: Scene, bot: Bot, hook: Hook) -> None:
    hook.answers = [
        web.json_response({"method": "sendMessage", "chat_id": scene.ops.id, "text": "heard"}),
        web.json_response({"method": "sendMessage", "chat_id": -1, "text": "lost"}),
        web.json_response({"method": "deleteWebhook"}),
    ]
    await bot.set_webhook(hook.url)
    for text in ("one", "two", "three", "four"):
        scene.sim.write(scene.ops.id, scene.alice.id, text)
    for _ in range(4):
        await hook.came.get()
    await scene.sim.expect(scene.ops.id, text="heard")
    assert [call.status for call in scene.sim.calls("sendMessage")] == [200, 400]
    assert (await bot.get_webhook_info()).url == hook.url


async def test_a_webhook_that_is_gone_for_a_day_is_removed(
    scene: Scene, bot: Bot, hook: Hook
) -> None:
    hook.answers = [web.Response(status=410) for _ in range(3)]
    await bot.set_webhook(hook.url)
    scene.sim.write(scene.ops.id, scene.alice.id, "one")
    for _ in range(2):
        await hook.came.get()
    await scene.clock.sleeper(2)
    assert (await bot.get_webhook_info()).url == hook.url
    scene.clock.advance(23 * 3600)
    await hook.came.get()
    await scene.sim.world.changes.until(lambda: scene.bot.webhook is None or None)


class TestStrictly:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(UNLIMITED.limits, strict_webhook=True)

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("http://example.com/t", "An HTTPS URL must be provided for webhook"),
            (
                "https://example.com:8080/t",
                "Webhook can be set up only on ports 80, 88, 443 or 8443",
            ),
        ],
    )
    async def test_an_address_must_be_one_of_the_internet(
        self, scene: Scene, url: str, reason: str
    ) -> None:
        refusal = await scene.refused("setWebhook", url=url)
        assert refusal == f"Bad Request: bad webhook: {reason}"

    async def test_the_usual_ports_will_do(self, scene: Scene) -> None:
        assert await scene.ok("setWebhook", url="https://example.com:8443/t")
        assert await scene.ok("setWebhook", url="https://example.com/t")
