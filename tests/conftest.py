"""Fixtures that every ring of tests shares: databases, the clock, and the cast."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy.engine import URL

from core.db import Database
from tests.chromium import ADVICE, find_chromium
from tests.databases import (
    make_postgres_template,
    make_sqlite_template,
    postgres_copy,
    postgres_server,
    sqlite_url,
)


def run_apart(work: Coroutine[None, None, None]) -> None:
    """Run a coroutine in a loop of its own, whether or not one runs here already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """One PostgreSQL server for the whole run, with a migrated template database."""
    with postgres_server() as server:
        run_apart(make_postgres_template(server))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    run_apart(make_sqlite_template(file))
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> AsyncIterator[str]:
    """The URL of an empty, migrated database; each test that asks runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "dispatcher.db")
        yield sqlite_url(tmp_path / "dispatcher.db")
        return
    async with postgres_copy(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def chromium() -> str:
    """The browser's path; without one the test is skipped."""
    path = find_chromium()
    if path is None:
        pytest.skip(ADVICE)
    return path


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Short tracebacks: the coloured ones with every local take seconds each."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def now() -> datetime:
    """The moment at which a scene begins; tests pass it on instead of asking the clock."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
