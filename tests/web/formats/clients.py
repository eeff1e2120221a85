"""Other tools' real clients, each in a process of its own: they change a process for good."""

import asyncio
import os
import sys

SECONDS = 30


async def run_client(script: str, *arguments: str, **env: str) -> str:
    """Run a script that uses a client, and return what it printed; it must end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **env},
    )
    async with asyncio.timeout(SECONDS):
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode()
