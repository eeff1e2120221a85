"""The schema: no drift, a copy before a change, and no work on a newer database."""

import shutil
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from core.db import Database
from core.errors import DatabaseTooNew
from core.schema import alembic_config, copy_beside, is_at_head, known_revisions, migrate


async def test_a_migrated_database_is_what_the_models_say(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.check(alembic_config(sync)))


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    head = known_revisions()[0]
    assert await migrate(database) == (head, head)
    assert await is_at_head(database)


async def test_a_database_newer_than_the_program_is_refused_in_one_sentence(
    database: Database,
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="the database is at revision 9999, this program"):
        await migrate(database)


async def test_the_first_migration_can_be_undone_and_done_again(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "base"))
    await migrate(database)
    assert await is_at_head(database)


async def test_a_copy_holds_what_is_still_in_the_write_ahead_log(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "live.db"))
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO facts (key, value) VALUES ('k', 'v')"))
    copy = Database(f"sqlite+aiosqlite:///{copy_beside(file, '0001')}")
    async with copy.engine.connect() as connection:
        assert (await connection.execute(text("SELECT value FROM facts"))).scalar() == "v"
    await copy.close()
    await database.close()
