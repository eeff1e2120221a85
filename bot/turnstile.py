"""A turnstile: calls that wait for nothing else go one after the other, as fast as a limit lets."""

import asyncio
import time
from collections.abc import Callable

from core.pace import Limits, opens_at, with_another


class Turnstile:
    """Keeps a limit in this process: what nobody counts in the database, but Telegram does."""

    def __init__(self, limits: Limits, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._seconds = seconds
        self._taken: list[float] = []
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Return when it is the caller's turn; whoever came first goes first."""
        async with self._turn:
            opens = opens_at(self._limits, self._taken, urgent=True)
            await asyncio.sleep(max(0.0, opens - self._seconds()))
            self._taken = with_another(self._limits, self._taken, self._seconds())
