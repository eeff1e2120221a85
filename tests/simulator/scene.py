"""The scene of these tests, a clock that stands still, and a plain HTTP client."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.simulator.changes import Changes
from bot.simulator.clock import Clock
from bot.simulator.simulator import Simulator
from bot.simulator.state import Bot, Chat, User

TOKEN = "42:SIMULATED"
START = 1_790_000_000.0


class HeldClock(Clock):
    """Stands still until a test moves it; sleepers wake when it passes them."""

    def __init__(self) -> None:
        super().__init__()
        self._now = START
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._changes = Changes()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, woken))
        self._changes.announce("sleep")
        if seconds > 0:
            await woken

    def advance(self, seconds: float) -> None:
        self._now += seconds
        for until, woken in self._sleepers:
            if until <= self._now and not woken.done():
                woken.set_result(None)

    async def sleeper(self, seconds: float) -> None:
        """Wait until somebody sleeps for this long."""

        def found() -> bool | None:
            asleep = [until for until, woken in self._sleepers if not woken.done()]
            return self._now + seconds in asleep or None

        await self._changes.until(found)


@dataclass
class Scene:
    """Ops with Alice, its owner, Bob, and the bot, which leads it; Charlie is a stranger."""

    sim: Simulator
    base: str
    clock: HeldClock
    bot: Bot
    alice: User
    bob: User
    charlie: User
    ops: Chat

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method as JSON and return the whole envelope."""
        url = f"{self.base}/bot{TOKEN}/{method}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, json=parameters) as response,
        ):
            envelope: dict[str, Any] = await response.json()
            assert envelope["ok"] == (response.status == 200)
            assert envelope.get("error_code", 200) == response.status
            return envelope

    async def ok(self, method: str, **parameters: Any) -> Any:
        envelope = await self.call(method, **parameters)
        assert envelope["ok"], envelope
        return envelope["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """Return the description of the refusal that the call must meet."""
        envelope = await self.call(method, **parameters)
        assert not envelope["ok"], envelope
        return str(envelope["description"])

    async def send(self, text: str = "disk full", **parameters: Any) -> Any:
        return await self.ok("sendMessage", chat_id=self.ops.id, text=text, **parameters)


def build_scene(sim: Simulator, base: str, clock: HeldClock) -> Scene:
    bot = sim.add_bot(TOKEN)
    alice, bob, charlie = (sim.add_user(name) for name in ("Alice", "Bob", "Charlie"))
    ops = sim.add_chat("supergroup", "Ops", [alice.id, bob.id])
    return Scene(sim, base, clock, bot, alice, bob, charlie, ops)


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(text: str, data: str) -> dict[str, Any]:
    return {"text": text, "callback_data": data}


async def post(http: aiohttp.ClientSession, path: str, **body: Any) -> Any:
    async with http.post(path, json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def get(http: aiohttp.ClientSession, path: str, **query: Any) -> Any:
    async with http.get(path, params=query) as response:
        assert response.status == 200, await response.text()
        return await response.json()
