"""SQLite: durable, in order, and waiting for its turn instead of failing."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.db import BUSY_TIMEOUT_MS, Database, sqlite_writer_engine
from core.models import AppCode, Fact
from tests.core.races import committed
from tests.databases import sqlite_url

FULL = 2
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": FULL,
    "foreign_keys": 1,
    "busy_timeout": BUSY_TIMEOUT_MS,
}


@pytest.fixture
async def sqlite(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "d.db"))))
    yield database
    await database.close()


async def test_every_connection_is_durable_and_checks_its_references(sqlite: Database) -> None:
    for use in (sqlite.reading, sqlite.writing, sqlite.reading):
        async with use() as session:
            found = {name: await session.scalar(text(f"PRAGMA {name}")) for name in PRAGMAS}
        assert found == PRAGMAS


async def test_the_writer_threads_connection_is_durable_too(sqlite: Database) -> None:
    engine = sqlite_writer_engine(sqlite.url)
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
    engine.dispose()
    assert found == PRAGMAS


async def test_a_row_that_refers_to_nothing_is_refused(sqlite: Database) -> None:
    async with sqlite.reading() as session:
        session.add(AppCode(app_id=404, hash="x"))
        with pytest.raises(IntegrityError):
            await session.flush()


async def test_a_read_that_becomes_a_write_does_not_fail_while_others_write(
    sqlite: Database,
) -> None:
    """A deferred transaction would: its snapshot is older than the other's commit."""
    engine = sqlite_writer_engine(sqlite.url)

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO facts (key, value) VALUES ('k', 'thread')"))

    with ThreadPoolExecutor(1) as pool:
        async with sqlite.writing() as session:
            assert await session.get(Fact, "k") is None
            other = pool.submit(write)
            session.add(Fact(key="mine", value="loop"))
        other.result()
    engine.dispose()
    async with sqlite.reading() as session:
        assert await session.get(Fact, "k")
        assert await session.get(Fact, "mine")


async def test_a_commit_is_in_the_file_for_another_process_to_read(sqlite: Database) -> None:
    async def write(session: object) -> None:
        session.add(Fact(key="k", value="v"))  # type: ignore[attr-defined]

    await committed(sqlite, write)
    assert sqlite.file is not None
    other = Database(sqlite_url(sqlite.file))
    async with other.reading() as session:
        assert await session.get(Fact, "k")
    await other.close()
