"""The echo: a ring is heard in every process of a database, and all go by one clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.bell import Bell
from core.clock import SharedClock, utc_now
from core.db import Database, ring_after_commit
from core.echo import Echo

PATIENCE = 30
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
_ECHOES = (
    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND query LIKE '%clock_timestamp()%'"
)
_COUNT = text(f"SELECT count(*){_ECHOES}")
_KILL = text(f"SELECT pg_terminate_backend(pid){_ECHOES}")


@asynccontextmanager
async def echoes(*databases: Database) -> AsyncIterator[None]:
    """Have these processes hear each other."""
    tasks = [asyncio.create_task(Echo(one, SharedClock()).run()) for one in databases]
    async with asyncio.timeout(PATIENCE), databases[0].engine.connect() as watcher:
        while await watcher.scalar(_COUNT) != len(databases):
            await watcher.rollback()
    for one in databases:
        await heard(one.delivery_due)
        await heard(one.update_arrived)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def heard(bell: Bell) -> None:
    async with asyncio.timeout(PATIENCE):
        await bell.wait(2 * PATIENCE)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@on_postgres
async def test_what_one_process_commits_wakes_another(database: Database, other: Database) -> None:
    async with echoes(database, other):
        async with database.writing() as session:
            ring_after_commit(session)
        await heard(other.delivery_due)
        other.update_arrived.ring()
        await heard(database.update_arrived)


@on_postgres
async def test_a_lost_connection_is_made_again(database: Database, other: Database) -> None:
    async with echoes(database, other):
        async with database.engine.connect() as connection:
            await connection.execute(_KILL)
        # Whoever listens again rings at once: it may have missed something.
        await heard(database.delivery_due)
        await heard(other.delivery_due)
        database.delivery_due.ring()
        await heard(other.delivery_due)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_one_process_of_a_file_has_nobody_to_tell(database: Database) -> None:
    await Echo(database, SharedClock()).run()
    assert database.delivery_due.echo is None


async def test_a_shared_clock_goes_by_what_was_read_in_the_middle() -> None:
    clock = SharedClock()
    before = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    shared = before + timedelta(minutes=5, seconds=1)
    clock.set(shared, before, before + timedelta(seconds=2))
    assert timedelta(minutes=4) < clock() - utc_now() < timedelta(minutes=6)
