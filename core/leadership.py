"""What only one process may do, of all that share a database: ask Telegram for updates.

An SQLite file has one process. On PostgreSQL the leader holds an advisory lock on a connection of
its own. It ends its work the moment that connection fails, because the lock is then another's to
take; the others look every LOOK_AGAIN_SECONDS whether it is free.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database

LOOK_AGAIN_SECONDS = 1.0
ALIVE_SECONDS = 1.0
PATIENCE_SECONDS = 2.0
FIRST_KEY = 0x4C45_4144_0000_0000  # the bots' ids come on top

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_ALIVE = text("SELECT 1")

log = structlog.get_logger("leadership")


async def lead(
    database: Database, number: int, work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Do the work whenever it is this process's turn, until cancelled.

    Of the processes that name the same number one works. Leadership is kept when the work is done.
    """
    if database.is_sqlite:
        await work()
        return
    while True:
        try:
            async with _locked(database, FIRST_KEY + number) as lock, asyncio.TaskGroup() as group:
                group.create_task(_watch(lock))
                group.create_task(work())
        except* (OSError, SQLAlchemyError) as lost:
            log.warning(
                "this process does not lead: the database is away", reason=str(lost.exceptions[0])
            )
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


@asynccontextmanager
async def _locked(database: Database, key: int) -> AsyncIterator[AsyncConnection]:
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            while not await connection.scalar(_TRY, {"key": key}):  # noqa: ASYNC110 - another process frees it
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            log.info("this process leads")
            yield connection
        finally:
            # The lock goes with the connection, which must not come back to the pool with it.
            with suppress(OSError, SQLAlchemyError):
                await connection.invalidate()


async def _watch(connection: AsyncConnection) -> None:
    """Raise as soon as the connection does not answer."""
    while True:
        await asyncio.sleep(ALIVE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await connection.scalar(_ALIVE)
