"""Bells that ring in all processes of a PostgreSQL database, and one clock for them.

A ring is told after its commit and over a connection of its own, not in the transaction: PostgreSQL
lets transactions that notify commit only one after another. A ring that is lost costs the second
after which everybody looks anyway.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.bell import Bell
from core.clock import SharedClock, utc_now
from core.db import Database

AGAIN_SECONDS = 1.0
QUIET_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
BREATH_SECONDS = 0.01  # rings that come closer are told as one

_NOW = text("SELECT clock_timestamp()")

log = structlog.get_logger("echo")


class Echo:
    """Carries the rings of this process to the others and theirs to us. On SQLite it is idle."""

    def __init__(self, database: Database, clock: SharedClock) -> None:
        self._database = database
        self._clock = clock
        self._bells = {
            "dispatcher_delivery": database.delivery_due,
            "dispatcher_inbox": database.update_arrived,
        }
        self._rung: set[str] = set()
        self._ring = Bell()

    async def run(self) -> None:
        """Listen and tell, until cancelled."""
        if self._database.is_sqlite:
            return
        for channel, bell in self._bells.items():
            bell.echo = partial(self._remember, channel)
        while True:
            try:
                await self._carry()
            except (OSError, SQLAlchemyError) as error:
                log.warning("the other processes are not heard for a moment", reason=str(error))
            await asyncio.sleep(AGAIN_SECONDS)

    async def _carry(self) -> None:
        async with self._database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            try:
                await self._listen(connection)
                while True:
                    await self._tell(connection)
                    await asyncio.sleep(BREATH_SECONDS)
                    await self._ring.wait(QUIET_SECONDS)
            finally:
                # It listens: it must not come back to the pool.
                with suppress(OSError, SQLAlchemyError):
                    await connection.invalidate()

    async def _listen(self, connection: AsyncConnection) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        own = driver.get_server_pid()
        for channel, bell in self._bells.items():
            await driver.add_listener(channel, partial(_heard, bell, own))
            bell.ring_here()

    async def _tell(self, connection: AsyncConnection) -> None:
        """Tell what rang here; that the connection answers shows that it hears, too."""
        rung, self._rung = self._rung, set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            for channel in rung:
                await connection.exec_driver_sql(f"NOTIFY {channel}")
            before = utc_now()
            at = await connection.scalar(_NOW)
            self._clock.set(at, before, utc_now())

    def _remember(self, channel: str) -> None:
        self._rung.add(channel)
        self._ring.ring()


def _heard(bell: Bell, own: int, _driver: object, pid: int, _channel: str, _payload: str) -> None:
    if pid != own:
        bell.ring_here()
