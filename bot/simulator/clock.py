"""Time as the simulator sees it, so that a test can hold it still."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """The machine's clock; a test gives the world one that moves when told to."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def within(self, seconds: float, waiting: Awaitable[T]) -> T | None:
        """Wait for a result, but no longer than that many seconds of this clock."""
        work = asyncio.ensure_future(waiting)
        alarm = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            work.cancel()
            alarm.cancel()
