"""Who else works on this database: what a killed process had in hand may only be taken over
when no other process lives that could still have it.

An SQLite file has one process. On PostgreSQL every process holds a shared advisory lock on a
connection of its own, which the database frees the moment the process is gone.
"""

from contextlib import aclosing
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core import delivery, notices
from core.db import Database

LOCK: dict[str, Any] = {"key": 4_617_315_517_961_602}

_TRY_ALONE = text("SELECT pg_try_advisory_lock(:key)")
_SHARE = text("SELECT pg_advisory_lock_shared(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
_UNSHARE = text("SELECT pg_advisory_unlock_shared(:key)")


class Presence:
    """This process's sign of life."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: AsyncConnection | None = None

    async def enter(self, now: datetime) -> None:
        """Show that we live; if nobody else does, make what was in hand due again."""
        alone = self._database.is_sqlite or await self._lock()
        if alone:
            async with self._database.writing() as session:
                await delivery.release_claims(session, now)
                await notices.give_up_unknown(session)
        if not self._database.is_sqlite:
            await self._share(alone=alone)

    async def leave(self) -> None:
        """Take the sign back: the connection goes to the pool, which would keep its lock."""
        if self._connection:
            async with aclosing(self._connection):
                await self._connection.execute(_UNSHARE, LOCK)

    async def _lock(self) -> bool:
        connection = await self._database.engine.connect()
        self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        return bool(await self._connection.scalar(_TRY_ALONE, LOCK))

    async def _share(self, *, alone: bool) -> None:
        if self._connection:
            await self._connection.execute(_SHARE, LOCK)
            if alone:
                await self._connection.execute(_UNLOCK, LOCK)
