"""Transactions that meet: two at once, and one that fails at its end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database

First = TypeVar("First")
Second = TypeVar("Second")
Work = Callable[[AsyncSession], Awaitable[First]]

PATIENCE = 30
_WAITING_FOR_LOCKS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def committed(database: Database, work: Work[First]) -> First:
    """Do the work in a transaction of its own."""
    async with database.writing() as session:
        return await work(session)


class Crash(Exception):
    """What ends a transaction before its commit."""


async def rolled_back(database: Database, work: Work[First]) -> None:
    """Do the work in a transaction that fails at its end."""
    with suppress(Crash):
        async with database.writing() as session:
            await work(session)
            raise Crash


async def both_at_once(
    database: Database, first: Work[First], second: Work[Second]
) -> tuple[First, Second]:
    """Do the first work, and commit it only when the second is waiting for it.

    On SQLite the second waits for its turn to begin; on PostgreSQL for a lock that the first has.
    """
    async with asyncio.timeout(PATIENCE):
        async with database.writing() as session:
            done = await first(session)
            other = asyncio.create_task(committed(database, second))
            if not database.is_sqlite:
                await somebody_waits(database, other)
        return done, await other


async def somebody_waits(database: Database, other: "asyncio.Task[Second]") -> None:
    """Return when a transaction on PostgreSQL waits for a lock, or the other is done."""
    async with database.engine.connect() as watcher:
        while not other.done() and not await watcher.scalar(_WAITING_FOR_LOCKS):
            await watcher.rollback()
