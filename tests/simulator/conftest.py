"""A running simulator whose every word is checked against aiogram's types afterwards."""

from collections.abc import AsyncIterator
from typing import Any

import aiogram.methods
import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods.base import Response, TelegramMethod
from aiogram.types import Update
from playwright.async_api import Page, async_playwright, expect

from bot.simulator.settings import UNLIMITED, SimulatorSettings
from bot.simulator.simulator import Simulator
from bot.simulator.state import Call
from tests.simulator.scene import TOKEN, HeldClock, Scene, build_scene


class QuickSession(AiohttpSession):
    async def close(self) -> None:
        """Skip aiogram's quarter of a second for TLS, which is not used here."""
        if self._session:
            await self._session.close()


@pytest.fixture
def settings() -> SimulatorSettings:
    return UNLIMITED


@pytest.fixture
async def scene(
    settings: SimulatorSettings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    clock = HeldClock()
    sim = Simulator(settings, clock=clock)
    emitted = remember_updates(sim, monkeypatch)
    base = await sim.start()
    yield build_scene(sim, base, clock)
    await sim.stop()
    for kind, payload in emitted:
        Update.model_validate({"update_id": 1, kind: payload})
    for call in sim.calls():
        check_call(call)


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[Bot]:
    """A real aiogram bot that knows no other address."""
    session = QuickSession(api=TelegramAPIServer.from_base(scene.base))
    bot = Bot(TOKEN, session=session)
    yield bot
    await session.close()


@pytest.fixture
async def http(scene: Scene) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(scene.base) as session:
        yield session


@pytest.fixture
async def page(scene: Scene, chromium: str) -> AsyncIterator[Page]:
    """Ops as Bob sees it; anything the browser complains of fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(locale="en-GB", timezone_id="Europe/Moscow")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{scene.base}/#{scene.bob.id}/{scene.ops.id}")
        await expect(page.locator(".user[aria-checked=true]")).to_contain_text("Bob")
        yield page
        await browser.close()
    assert [text for text in complaints if "504" not in text] == []  # a press unanswered


def remember_updates(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, dict[str, Any]]]:
    emitted: list[tuple[str, dict[str, Any]]] = []
    emit = sim.world.emit

    def remembering(bot: Any, kind: str, payload: dict[str, Any]) -> None:
        emitted.append((kind, payload))
        emit(bot, kind, payload)

    monkeypatch.setattr(sim.world, "emit", remembering)
    return emitted


def check_call(call: Call) -> None:
    """An accepted call must be one that aiogram can make, its result one it can read."""
    if not call.ok:
        return
    method: type[TelegramMethod[Any]] = getattr(
        aiogram.methods, call.method[0].upper() + call.method[1:]
    )
    unknown = call.parameters.keys() - method.model_fields.keys()
    assert {f"{name} was not looked at" for name in unknown} <= set(call.warnings)
    Response[method.__returning__].model_validate({"ok": True, "result": call.result})  # type: ignore[name-defined]  # known only at run time
