"""Time as the simulator sees it, so that a test can hold it still."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from bot.simulator.changes import Changes

T = TypeVar("T")


class Clock:
    """The machine's clock, until it is moved on or frozen; it never goes back."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._frozen_at: float | None = None
        self._moves = Changes()

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    def now(self) -> float:
        return time.time() + self._ahead if self._frozen_at is None else self._frozen_at

    def advance(self, seconds: float) -> None:
        """Move on at once; whoever slept until then wakes."""
        if self._frozen_at is None:
            self._ahead += seconds
        else:
            self._frozen_at += seconds
        self._moves.announce("clock")

    def freeze(self) -> None:
        self._frozen_at = self.now()
        self._moves.announce("clock")

    def resume(self) -> None:
        """Go on from the machine's time, or from ours where that is ahead."""
        self._ahead = max(0.0, self.now() - time.time())
        self._frozen_at = None
        self._moves.announce("clock")

    async def sleep(self, seconds: float) -> None:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self.is_frozen else left):
                    await self._moves.next()

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
