"""How much is tried, and an intake in a thread of its own for clients that wait."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from core.checks import create_check
from core.db import Database
from tests.databases import sqlite_url
from tests.factories import make_scene
from tests.web.browsers import running_site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE = 30
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))  # for each format; `make fuzz` asks for many

FUZZ = settings(
    max_examples=EXAMPLES or 30,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Target:
    """An app of a running intake, with a check."""

    url: str
    code: str
    uuid: str
    database_url: str


def reports_in(target: Target) -> int:
    engine = create_engine(target.database_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM reports")).scalar_one()
    engine.dispose()
    return count


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Target]:
    file = tmp_path_factory.mktemp("fuzz") / "dispatcher.db"
    shutil.copy(sqlite_template, file)
    ready: SimpleQueue[tuple[Target, asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()
    serving = threading.Thread(target=lambda: asyncio.run(_serve(sqlite_url(file), ready)))
    serving.start()
    target, loop, stop = ready.get(timeout=PATIENCE)
    yield target
    loop.call_soon_threadsafe(stop.set)
    serving.join(PATIENCE)


async def _serve(
    url: str, ready: "SimpleQueue[tuple[Target, asyncio.AbstractEventLoop, asyncio.Event]]"
) -> None:
    database, stop = Database(url), asyncio.Event()
    async with database.writing() as session:
        scene = await make_scene(session, NOW)
        check = await create_check(session, NOW, scene.shop.id, slug="backup")
    async with running_site(database, NOW) as site:
        target = Target(site.url(""), scene.code, str(check.uuid), url)
        ready.put((target, asyncio.get_running_loop(), stop))
        await stop.wait()
    await database.close()
