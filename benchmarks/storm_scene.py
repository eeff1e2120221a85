"""The scene of a storm: apps and their chats, a simulated Telegram and the program as processes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import ClientSession

from benchmarks.far_side import FarSide
from benchmarks.processes import free_port, running
from core import apps, chats
from core.chats import ChatDefaults
from core.clock import utc_now
from core.db import Database
from core.schema import migrate
from tests.programs import Program

TOKEN = "42:simulated"
TEAM = -1_000_000_000_001
PEOPLE = range(5_000_001, 5_000_007)
START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Sender:
    """An app that reports, and the chats its cards go to."""

    name: str
    code: str
    chat_ids: tuple[int, ...]


class Server(Protocol):
    """A process of the program, which can be killed and started again."""

    url: str

    async def serve(self) -> None: ...
    async def kill(self) -> None: ...


@dataclass
class Scene:
    """Everything a storm needs."""

    senders: Sequence[Sender]
    servers: Sequence[Server]
    database: Database
    far_side: FarSide


@asynccontextmanager
async def scene(
    folder: Path, database_url: str, *, chat_count: int, processes: int = 1
) -> AsyncIterator[Scene]:
    """Set the scene and start the program; everything ends with the block."""
    database = Database(database_url)
    await migrate(database)
    senders = await register(database, chat_count)
    port = free_port()
    arguments = ("--listen", f"127.0.0.1:{port}", "--token", TOKEN, "--limits", "real")
    with running("bot.simulator", *arguments, port=port, env={}):
        far_side = FarSide(f"http://127.0.0.1:{port}")
        await fill_chats(far_side.base, senders)
        following = asyncio.create_task(far_side.follow())
        servers = [_program(folder, database_url, far_side.base) for _ in range(processes)]
        try:
            for server in servers:
                await server.serve()
            await _polling(far_side)
            yield Scene(senders, servers, database, far_side)
        finally:
            for server in servers:
                await server.close()
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
    await database.close()


def _program(folder: Path, database_url: str, telegram: str) -> Program:
    return Program(
        folder,
        database_url=database_url,
        bot_token=TOKEN,
        bot_api_url=telegram,
        admin_chat=TEAM,
        admins=PEOPLE[0],
    )


async def register(database: Database, chat_count: int) -> list[Sender]:
    """Make one app for each chat; the cards of every second one go to the next chat too."""
    chat_ids = [TEAM - number for number in range(1, chat_count + 1)]
    senders = []
    async with database.writing() as session:
        for place, chat_id in enumerate(chat_ids):
            new = await apps.register(session, utc_now(), f"App {place + 1}")
            targets = {chat_id, chat_ids[(place + place % 2) % len(chat_ids)]}
            await chats.set_routes(session, new.app.id, sorted(targets), ChatDefaults("en", "UTC"))
            senders.append(Sender(new.app.name, new.code, tuple(sorted(targets))))
    return senders


async def fill_chats(base: str, senders: Sequence[Sender]) -> None:
    """Make the people, and the chats that they are in with the bot."""
    async with ClientSession(base, raise_for_status=True) as http:
        for number in PEOPLE:
            await http.post("/sim/users", json={"name": f"Person {number}", "id": number})
        chat_ids = {chat_id for sender in senders for chat_id in sender.chat_ids}
        for chat_id in (TEAM, *sorted(chat_ids)):
            new = {"kind": "supergroup", "title": f"Chat {chat_id}", "id": chat_id}
            await http.post("/sim/chats", json={**new, "members": list(PEOPLE)})


async def _polling(far_side: FarSide) -> None:
    """Wait until the bot has settled down and asks for updates."""
    async with asyncio.timeout(START_SECONDS):
        while not any(call["method"] == "getMyCommands" for call in far_side.calls):
            far_side.changed.clear()
            await far_side.changed.wait()
