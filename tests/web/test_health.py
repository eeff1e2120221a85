"""For whoever watches us: alive is not the same as ready."""

import asyncio
import json
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from core import rivals
from core.db import Database
from tests.programs import free_port
from tests.web.browsers import Browser, Site, running_site
from web import health, keys


async def ready(site: Site) -> tuple[int, dict[str, str]]:
    async with site.browser() as watcher:
        answer = await watcher.get("/readyz")
    return answer.status, json.loads(answer.text)


async def alive(site: Site) -> bool:
    async with site.browser() as watcher:
        answer = await watcher.get("/healthz")
    return (answer.status, json.loads(answer.text)) == (200, {"status": "ok"})


def not_ready(reason: str) -> tuple[int, dict[str, str]]:
    return 503, {"status": "not ready", "reason": reason}


async def test_a_server_that_can_work_is_alive_and_ready_for_everybody(charlie: Browser) -> None:
    assert await alive(charlie.site)
    assert await ready(charlie.site) == (200, {"status": "ok"})


async def test_another_program_that_takes_our_updates_is_a_warning(
    site: Site, database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await rivals.note_rival(session, now)
    warned = {"status": "ok", "warning": rivals.WHAT_TO_DO}
    assert await ready(site) == (200, warned)
    site.now += timedelta(minutes=11)
    assert await ready(site) == (200, {"status": "ok"})


async def test_a_server_that_stops_is_alive_and_not_ready(site: Site) -> None:
    site.server.app[keys.STOPPING].set()
    assert await alive(site)
    assert await ready(site) == not_ready("stopping")


async def test_a_database_of_another_schema_is_not_ready(site: Site, database: Database) -> None:
    for change, reason in (
        ("UPDATE alembic_version SET version_num = '9999'", "newer than this program"),
        ("DELETE FROM alembic_version", "not migrated"),
        ("DROP TABLE alembic_version", "not migrated"),
    ):
        async with database.engine.begin() as connection:
            await connection.execute(text(change))
        assert await alive(site)
        assert await ready(site) == not_ready(f"the database is {reason}")


async def test_a_database_that_is_away_is_not_ready(now: datetime) -> None:
    for url in (
        "sqlite+aiosqlite:////nowhere/at/all.db",
        f"postgresql+asyncpg://u:p@127.0.0.1:{free_port()}/db",
    ):
        database = Database(url)
        async with running_site(database, now) as site:
            assert await alive(site)
            assert await ready(site) == not_ready("the database does not answer")
        await database.close()
    for thread in threading.enumerate():  # the driver's, whose last word needs this loop
        if "_connection_worker" in thread.name:
            await asyncio.to_thread(thread.join)


async def test_a_database_that_hangs_is_not_waited_for(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_SECONDS", 0.05)
    held: list[asyncio.StreamWriter] = []
    mute = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1")
    port = mute.sockets[0].getsockname()[1]
    database = Database(f"postgresql+asyncpg://u:p@127.0.0.1:{port}/db")
    async with running_site(database, now) as site:
        assert await ready(site) == not_ready("the database does not answer")
        assert await alive(site)
    await database.close()
    for writer in held:
        writer.close()
    mute.close()
