"""Read by the process that others are forked from: starts and stops the program once.

What only a first start costs, each of them has behind it then.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from core.settings import load_settings
from dispatcher import Server
from tests.databases import sqlite_url
from tests.programs import free_port


async def start_and_stop(folder: str) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    settings = load_settings(
        _env_file=None,
        database_url=sqlite_url(Path(folder) / "warm.db"),
        listen=nowhere,
        bot_token="42:nobody",
        bot_api_url=f"http://{nowhere}",
    )
    server = Server(settings)
    await server.start()
    await server.stop()


with TemporaryDirectory() as folder:
    asyncio.run(start_and_stop(folder))
