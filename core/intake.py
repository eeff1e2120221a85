"""Reports in, receipts out: one writer takes all that wait and commits them together.

Guarantee: when `submit` returns, the report is committed to disk. The queue is bounded in reports
and in bytes; what does not fit is refused before it is taken, so nothing that was taken is lost
by us: `stop` writes what waits. A batch that the database refuses is halved until the one report
that cannot be written stands alone, so that it takes no other with it; when the database itself is
away, every sender is told to come back.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database, is_away, sqlite_writer_engine
from core.errors import Overloaded, StorageError, Unauthorized
from core.gate import Gate
from core.intake_batch import BatchWriter
from core.intake_groups import Refused, Result
from core.reports import Receipt, Report

RETRY_AFTER = 2
TRIES = 3
GATHER_SECONDS = 0.010

log = structlog.get_logger("intake")

Waiting = tuple[Report, "asyncio.Future[Result]"]


class Intake:
    """The one way in for reports of this process."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        max_reports: int,
        max_bytes: int,
        max_batch: int,
    ) -> None:
        self.gate = Gate(database, clock)
        self.written = 0
        self._database = database
        self._max_reports = max_reports
        self._max_bytes = max_bytes
        self._max_batch = max_batch
        self._queue: deque[Waiting] = deque()
        self._bytes = 0
        self._work = asyncio.Event()
        self._expected = 1
        self._gathered = asyncio.Event()
        self._room = asyncio.Event()
        self._stopping = False
        self._writer = _ThreadWriter(database) if database.is_sqlite else _LoopWriter(database)
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many reports are still to be written."""
        return len(self._queue)

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="intake")

    async def stop(self) -> None:
        """Refuse what comes, write what waits, and end."""
        self._stopping = True
        self._work.set()
        self._gathered.set()
        self._room.set()
        if self._task:
            await self._task
        await self._writer.close()

    async def submit(self, report: Report) -> Receipt:
        """Wait until a report is committed.

        Raises Overloaded when the queue is full or closed, Unauthorized when its app was archived.
        """
        if self._is_full(report) or self._stopping:
            raise Overloaded(RETRY_AFTER)
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((report, done))
        self._bytes += report.size
        self._work.set()
        if len(self._queue) >= self._expected:
            self._gathered.set()
        result = await done
        if isinstance(result, Refused):
            raise Unauthorized
        return result

    async def wait_for_room(self, report: Report, seconds: float) -> None:
        """Return when there is room for a report, or after so many seconds without any."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._is_full(report) and not self._stopping:
                    self._room.clear()
                    await self._room.wait()

    def _is_full(self, report: Report) -> bool:
        return len(self._queue) >= self._max_reports or self._bytes + report.size > self._max_bytes

    async def _run(self) -> None:
        while not (self._stopping and not self._queue):
            await self._work.wait()
            await self._gather()
            batch = self._take()
            if batch:
                await self._commit(batch, TRIES)
                self._expected = min(len(batch) + len(self._queue), self._max_batch)
                self._database.delivery_due.ring()

    async def _gather(self) -> None:
        """Wait a moment for as many reports as the last commit had and left: one commit serves all.

        Whoever was just answered is likely to send again. Were the others written meanwhile, two
        halves would take turns, each with a sync to disk of its own and both slower, because
        parsing and writing share one lock.
        """
        if len(self._queue) >= self._expected or self._stopping:
            return
        self._gathered.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                await self._gathered.wait()

    def _take(self) -> list[Waiting]:
        size = min(len(self._queue), self._max_batch)
        batch = [self._queue.popleft() for _ in range(size)]
        self._bytes -= sum(report.size for report, _ in batch)
        self._room.set()
        if not self._queue and not self._stopping:
            self._work.clear()
        return batch

    async def _commit(self, batch: list[Waiting], tries: int) -> None:
        try:
            results = await self._writer.write([report for report, _ in batch])
        except Exception as error:  # noqa: BLE001 - the writer must outlive every batch
            await self._again(batch, tries - 1, error)
            return
        self.written += len(batch)
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)

    async def _again(self, batch: list[Waiting], tries: int, error: Exception) -> None:
        if tries and isinstance(error, StorageError | DBAPIError):
            await self._commit(batch, tries)
        elif is_away(error):
            log.error("the database is away; the senders are told to come back", exc_info=error)
            for _, done in batch:
                if not done.done():
                    done.set_exception(Overloaded(RETRY_AFTER))
        elif len(batch) > 1:
            middle = len(batch) // 2
            await self._commit(batch[:middle], TRIES)
            await self._commit(batch[middle:], TRIES)
        else:
            log.error("a report could not be written", exc_info=error)
            if not batch[0][1].done():
                batch[0][1].set_exception(error)


class _LoopWriter:
    """Writes through the async engine: PostgreSQL does its work in another process.

    It keeps its connection while all goes well: each time the pool is asked for one, it makes
    three trips to the server to see whether that is alive.
    """

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._batches = BatchWriter(self._engine.dialect)
        self._connection: AsyncConnection | None = None

    async def write(self, reports: Sequence[Report]) -> list[Result]:
        try:
            connection = self._connection = self._connection or await self._engine.connect()
            async with connection.begin():
                return await connection.run_sync(self._batches.write, reports)
        except Exception:
            await self.close()
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()


class _ThreadWriter:
    """Writes in a thread of its own: SQLite works without the interpreter lock meanwhile."""

    def __init__(self, database: Database) -> None:
        self._engine = sqlite_writer_engine(database.url)
        self._batches = BatchWriter(self._engine.dialect)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")

    async def write(self, reports: Sequence[Report]) -> list[Result]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, reports)

    async def close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    def _write(self, reports: Sequence[Report]) -> list[Result]:
        with self._engine.begin() as connection:
            return self._batches.write(connection, reports)
