"""Who works on this database, so that what a killed process had in hand is soon taken back.

Each process leases lanes under a number of its own. An SQLite file has one process: whatever is
leased when it starts was left behind. On PostgreSQL a process holds an advisory lock of its number,
on a connection of its own, which the database frees the moment the process is gone.
"""

from contextlib import aclosing, suppress
from datetime import datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import ColumnElement, or_, text, true
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import lanes, notices
from core.db import Database
from core.models import Lane

LOCKS = 461_731_551  # the class of our advisory locks

_ALIVE = text("SELECT 1")
_LOCK = text("SELECT pg_advisory_lock(:locks, :owner)")
_UNLOCK = text("SELECT pg_advisory_unlock(:locks, :owner)")
_OWNER_IS_GONE = text(
    "NOT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    f" AND classid = {LOCKS} AND objsubid = 2 AND objid::bigint = lanes.lease_owner)"
)


class Presence:
    """This process's sign of life."""

    def __init__(self, database: Database) -> None:
        self.owner = 1 + randbelow(2**31 - 1)
        self._database = database
        self._connection: AsyncConnection | None = None
        self._entered = False

    async def enter(self) -> None:
        """Show that we live, before the first lease."""
        if self._database.is_sqlite:
            await self._free(true())
        else:
            connection = await self._database.engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await self._connection.execute(_LOCK, self._key)
        self._entered = True

    async def look_around(self, now: datetime) -> None:
        """Take back what was left behind; the first look shows that we live."""
        if not self._entered:
            await self.enter()
        elif self._connection:
            await self._still_here(self._connection)
        overdue = Lane.lease_until < now
        await self._free(overdue if self._database.is_sqlite else or_(overdue, _OWNER_IS_GONE))

    async def leave(self) -> None:
        """Give back what we have, then take the sign of life away."""
        if self._entered:
            await self._free(Lane.lease_owner == self.owner)
        if self._connection:
            async with aclosing(self._connection):
                # The connection goes to the pool, which would keep its lock.
                await self._connection.execute(_UNLOCK, self._key)

    async def _still_here(self, connection: AsyncConnection) -> None:
        """Look whether our lock is held still: it went with its connection, if that is lost."""
        try:
            await connection.execute(_ALIVE)
        except (OSError, SQLAlchemyError):
            self._connection, self._entered = None, False
            with suppress(OSError, SQLAlchemyError):
                await connection.close()
            raise

    @property
    def _key(self) -> dict[str, Any]:
        return {"locks": LOCKS, "owner": self.owner}

    async def _free(self, left: ColumnElement[bool]) -> None:
        async with self._database.reading() as session:
            if not await lanes.are_left(session, left):
                return
        async with self._database.writing() as session:
            chat_ids = await lanes.free(session, left)
            await notices.give_up_unknown(session, chat_ids)
