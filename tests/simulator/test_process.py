"""The simulator as a process of its own, as the demo and the kill tests run it."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from click.testing import CliRunner

from bot.simulator.__main__ import main
from bot.simulator.seed import ALICE, OPS

TOKEN = "42:SIMULATED"


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[Bot]:
    """A process that is told to stop at the end, and a bot that talks to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.simulator", "--token", TOKEN, *options,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    base = json.loads(await process.stdout.readline())["url"]
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    try:
        yield Bot(TOKEN, session=session)
    finally:
        await session.close()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_the_demo_scene_goes_on_after_a_restart(tmp_path: Path) -> None:
    options = ["--seed", "demo", "--state", str(tmp_path / "telegram.json")]
    async with running(*options) as bot:
        sent = await bot.send_message(OPS, "open")
        owner = await bot.get_chat_member(OPS, ALICE)
        assert owner.status == "creator"
    async with running(*options) as bot:
        edited = await bot.edit_message_text("resolved", chat_id=OPS, message_id=sent.message_id)
        assert getattr(edited, "text", "") == "resolved"


async def test_without_a_scene_there_is_only_the_bot() -> None:
    async with running() as bot:
        assert (await bot.get_me()).id == 42


def test_other_machines_are_let_in_only_by_who_says_so() -> None:
    refused = CliRunner().invoke(main, ["--listen", "0.0.0.0:0"])
    assert refused.exit_code == 2
    assert "add --i-know" in refused.output
