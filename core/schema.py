"""The schema: bring a database to this program's version, or refuse one that is newer.

An SQLite file is copied beside itself before it is changed. On PostgreSQL an advisory lock lets
one of several starting processes do the work while the others wait.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from core.db import Database
from core.errors import DatabaseTooNew

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 4_617_315_517_961_601


def alembic_config(connection: Connection) -> Config:
    """Make the alembic configuration that works on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def known_revisions() -> list[str]:
    """List the revisions this program has, the newest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


async def migrate(database: Database) -> tuple[str | None, str]:
    """Bring a database to the newest revision; returns the revisions before and after.

    Raises DatabaseTooNew.
    """
    head = known_revisions()[0]
    before = await revision_of(database)
    if before == head:
        return before, head
    if before and database.file:
        copy_beside(database.file, before)
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
    return before, head


async def revision_of(database: Database) -> str | None:
    """Read a database's revision; None for an empty one. Raises DatabaseTooNew."""
    async with database.engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    known = known_revisions()
    if found and found not in known:
        raise DatabaseTooNew(found, known[0])
    return found


async def is_at_head(database: Database) -> bool:
    return await revision_of(database) == known_revisions()[0]


def copy_beside(file: Path, revision: str) -> Path:
    """Copy an SQLite database and its write-ahead log to FILE.before-upgrade-from-REVISION."""
    copy = file.with_name(f"{file.name}.before-upgrade-from-{revision}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
