"""`dispatcher demo` as a process of its own, on free ports."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.programs import ROOT, START_SECONDS, STOP_SECONDS, free_port

SECONDS_BETWEEN_FAILURES = 6


@dataclass(frozen=True)
class Demo:
    """What the demo says to who starts it: where the chat is, and the link that signs in."""

    chat: str
    link: str


@asynccontextmanager
async def running_demo(folder: Path, *options: str) -> AsyncIterator[Demo]:
    """Start the demo, wait until it says where it is, and have it end well afterwards."""
    env = {name: value for name, value in os.environ.items() if "DISPATCHER" not in name}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dispatcher", "demo", *_on_free_ports(), *options),
        env={**env, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield await _said_by(process)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            rest, _ = await process.communicate()
    assert process.returncode == 0, rest.decode()
    assert "Traceback" not in rest.decode()


def _on_free_ports() -> list[str]:
    listen, chat = (f"127.0.0.1:{free_port()}" for _ in range(2))
    return ["--listen", listen, "--chat", chat, "--every", str(SECONDS_BETWEEN_FAILURES)]


async def _said_by(process: asyncio.subprocess.Process) -> Demo:
    assert process.stdout
    said = ""
    async with asyncio.timeout(START_SECONDS):
        async for line in process.stdout:
            said += line.decode()
            addresses = re.findall(r"http://\S+", said)
            if len(addresses) == 2:
                return Demo(*addresses)
    raise AssertionError(f"the demo did not start:\n{said}")
