"""Work in lanes: one task a lane at a time, a bounded number in all."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from core.bell import Bell

log = structlog.get_logger("bot.lanes")


class Lanes:
    """The tasks under way, by lane; the bell rings when one ends."""

    def __init__(self, most: int, bell: Bell) -> None:
        self._most = most
        self._bell = bell
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def busy(self) -> frozenset[int]:
        return frozenset(self._tasks)

    @property
    def free(self) -> int:
        return max(self._most - len(self._tasks), 0)

    @property
    def full(self) -> bool:
        return len(self._tasks) >= self._most

    def start(self, lane: int, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[lane] = asyncio.create_task(self._run(lane, work))

    async def finish(self, seconds: float) -> None:
        """Wait for what is under way; what takes longer is cancelled."""
        tasks = list(self._tasks.values())
        if tasks:
            _, slow = await asyncio.wait(tasks, timeout=seconds)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)

    async def _run(self, lane: int, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:  # one lane's fault must not stop the others
            log.exception("work failed", lane=lane)
        finally:
            del self._tasks[lane]
            self._bell.ring()
