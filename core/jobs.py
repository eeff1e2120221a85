"""What happens by itself, and when. Each job is one transaction; two processes may run the same."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from core import access, heartbeats, inbox, lasting, menus, notices, silences, stand_ins, storms
from core.bell import Bell
from core.db import Database
from core.schedules import raise_due_digests
from core.wakings import wake_snoozed

Job = Callable[[AsyncSession, datetime], Awaitable[Any]]

END_SECONDS = 1.0  # between two looks whether all have ended

log = structlog.get_logger("jobs")

JOBS: dict[str, tuple[Job, Any]] = {
    "raise due digests": (raise_due_digests, CronTrigger(second=0, timezone="UTC")),
    "wake the snoozed": (wake_snoozed, IntervalTrigger(seconds=10, timezone="UTC")),
    "end what nobody repeats": (lasting.end_stale, IntervalTrigger(seconds=15, timezone="UTC")),
    "end what is quiet": (lasting.end_quiet, IntervalTrigger(minutes=1, timezone="UTC")),
    "raise silent checks": (heartbeats.raise_overdue, IntervalTrigger(seconds=5, timezone="UTC")),
    "watch for storms": (storms.watch, IntervalTrigger(seconds=1, timezone="UTC")),
    "close forgotten menus": (
        menus.close_forgotten,
        IntervalTrigger(seconds=15, timezone="UTC"),
    ),
    "drop late notices": (notices.drop_late, IntervalTrigger(minutes=1, timezone="UTC")),
    "raise elsewhere": (stand_ins.show_open, IntervalTrigger(seconds=5, timezone="UTC")),
    "forget expired sign-ins": (access.forget_expired, IntervalTrigger(hours=1, timezone="UTC")),
    "forget silences": (silences.forget_over, IntervalTrigger(hours=1, timezone="UTC")),
    "forget old updates": (inbox.forget_old, IntervalTrigger(hours=1, timezone="UTC")),
}


class Jobs:
    """The scheduler: every job runs once at the start, then by its trigger, never beside itself."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._under_way: set[str] = set()
        self._ended = Bell()

    async def start(self) -> None:
        for name, (_, trigger) in JOBS.items():
            await self.run(name)
            self._scheduler.add_job(
                self.run, trigger, args=(name,), id=name, coalesce=True, misfire_grace_time=None
            )
        self._scheduler.start()

    async def run(self, name: str) -> None:
        """Run one job now; an error is logged and leaves the next run alone."""
        job, _ = JOBS[name]
        self._under_way.add(name)
        try:
            async with self._database.writing() as session:
                await job(session, self._clock())
        except Exception:
            log.exception("a job failed", job=name)
        finally:
            self._under_way.discard(name)
            self._ended.ring()

    async def stop(self) -> None:
        """Begin no job any more and let those under way end: shutting down would cancel them."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # what the scheduler has just begun is under way then
        while self._under_way:
            await self._ended.wait(END_SECONDS)
        self._scheduler.shutdown(wait=False)
