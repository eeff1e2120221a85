"""Writes what became of calls: those that end close to each other in one transaction.

In a storm some twenty calls end each second, and presses wait for the same database.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settlement import settle
from bot.work import Attempt
from core import lanes, outages
from core.db import Database
from core.errors import DeliveryError
from core.pace import Paces

GATHER_SECONDS = 0.02
UNREAD_PAUSE = timedelta(seconds=1)

log = structlog.get_logger("bot.messenger")


@dataclass(frozen=True, slots=True)
class End:
    """What became of a chat's turn: whether Telegram was called, and how that failed."""

    chat_id: int
    attempt: Attempt | None
    called: bool
    error: DeliveryError | None


Waiting = tuple[End, "asyncio.Future[None]"]


class Ends:
    """The ends that wait to be written."""

    def __init__(
        self, database: Database, paces: Paces, owner: int, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._paces = paces
        self._owner = owner
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, end: End) -> None:
        """Return when it is committed; raises what kept it from that."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((end, written))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_waiting())
        await written

    async def finish(self) -> None:
        if self._task:
            await self._task

    async def _write_waiting(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting, []
            if len(batch) == 1 or not await self._written_together(batch):
                for one in batch:
                    await self._write_alone(*one)

    async def _written_together(self, batch: Sequence[Waiting]) -> bool:
        try:
            await self._commit([end for end, _ in batch])
        except Exception:  # noqa: BLE001 - whose fault it is shows when each is written alone
            return False
        for _, written in batch:
            if not written.done():
                written.set_result(None)
        return True

    async def _write_alone(self, end: End, written: "asyncio.Future[None]") -> None:
        try:
            await self._commit([end])
        except Exception as error:  # noqa: BLE001 - handed to the one who waits for it
            if not written.done():
                written.set_exception(error)
        else:
            if not written.done():
                written.set_result(None)

    async def _commit(self, ends: Sequence[End]) -> None:
        async with self._database.writing() as session:
            await lanes.lock(session, [end.chat_id for end in ends])
            for end in ends:
                await self._write(session, end)

    async def _write(self, session: AsyncSession, end: End) -> None:
        now = self._clock()
        lane = await lanes.release(
            session, now, self._paces, end.chat_id, self._owner, sent=end.called
        )
        if lane is None:
            log.error("the lease of a chat ran out during a call", chat=end.chat_id)
        elif end.attempt and end.error:
            await settle(session, now, end.attempt, end.error, lane=lane, paces=self._paces)
        elif end.attempt:
            await end.attempt.done(session, now)
            if end.called:
                await outages.note_reached(session, end.chat_id)
        elif end.error:
            # It could not even be read: the chat has a rest, so that this is not a busy loop.
            lanes.block(lane, now, self._paces, now + UNREAD_PAUSE)
