"""The real program in processes of its own: to be started, killed and started again."""

import asyncio
import json
import os
import socket
import sys
from collections import deque
from pathlib import Path
from typing import Any

START_SECONDS = 30
STOP_SECONDS = 25
ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """`dispatcher`, with the settings given here and none of the machine's own."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log: deque[str] = deque(maxlen=500)
        self._folder = folder
        self._env = {name: value for name, value in os.environ.items() if "DISPATCHER" not in name}
        self._env |= {"PYTHONPATH": str(ROOT), "DISPATCHER_LOG_FORMAT": "json"}
        self._env |= {"DISPATCHER_LISTEN": f"127.0.0.1:{self.port}"}
        for name, value in settings.items():
            self._env[f"DISPATCHER_{name.upper()}"] = str(value)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Start the server and wait until it says that it listens."""
        self._process = await self._start("serve", stderr=asyncio.subprocess.PIPE)
        listening = asyncio.Event()
        self._reading = asyncio.create_task(self._read(listening))
        try:
            async with asyncio.timeout(START_SECONDS):
                await listening.wait()
        except TimeoutError:
            raise AssertionError("the server did not start:\n" + "\n".join(self.log)) from None

    async def kill(self) -> None:
        """kill -9: no goodbye."""
        assert self._process
        self._process.kill()
        await self._ended()

    async def terminate(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process
        self._process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            return await self._ended()

    async def close(self) -> None:
        """Make sure that nothing is left running."""
        if self._process and self._process.returncode is None:
            await self.kill()

    async def command(self, *arguments: str, fails: bool = False) -> str:
        """Run one command to its end; returns what it printed, its errors too when it fails."""
        where = asyncio.subprocess.PIPE
        process = await self._start(*arguments, stdout=where, stderr=where)
        out, err = await process.communicate()
        assert (process.returncode != 0) is fails, (out.decode(), err.decode())
        return out.decode() + (err.decode() if fails else "")

    async def _start(self, *arguments: str, **pipes: Any) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dispatcher", *arguments, env=self._env, cwd=self._folder, **pipes
        )

    async def _ended(self) -> int:
        assert self._process
        code = await self._process.wait()
        if self._reading:
            await self._reading
        return code

    async def _read(self, listening: asyncio.Event) -> None:
        assert self._process
        assert self._process.stderr
        async for line in self._process.stderr:
            text = line.decode().rstrip()
            self.log.append(text)
            if text.startswith("{") and json.loads(text).get("event") == "listening":
                listening.set()
