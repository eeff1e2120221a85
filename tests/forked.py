"""The real program in processes that start at once: forked from one that has read all its code.

They can be killed like any other process, so a test can afford many of them.
"""

import asyncio
import multiprocessing
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core import delivery
from core.journal import set_up_journal
from core.settings import load_settings
from tests.programs import free_port

START_SECONDS = 30
DOUBT_PAUSE = timedelta(seconds=0.1)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.warm"])


class ForkedServer:
    """A server with the settings given here and none of the machine's own."""

    def __init__(self, **settings: object) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._settings = {**settings, "_env_file": None, "listen": f"127.0.0.1:{self._port}"}
        self._process: Any = None

    async def serve(self) -> None:
        """Start, and wait until it listens."""
        self._process = _context.Process(target=_serve, args=(self._settings,), daemon=True)
        self._process.start()
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(_listens, self._port):
                assert self._process.is_alive()
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """kill -9: no goodbye."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)

    async def close(self) -> None:
        if self._process and self._process.is_alive():
            await self.kill()


def _serve(settings: Mapping[str, Any]) -> None:
    from dispatcher import Server  # noqa: PLC0415 - read by the process that forks

    set_up_journal("console", "error")
    delivery.DOUBT_PAUSE = delivery.URGENT_DOUBT_PAUSE = DOUBT_PAUSE
    asyncio.run(Server(load_settings(**settings)).run())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
