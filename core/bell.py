"""A bell: whoever committed work rings it, whoever does the work waits for it."""

import asyncio
from collections.abc import Callable


class Bell:
    """Wakes one waiter. Rings while nobody waits are remembered as one.

    `echo` is told of every ring of this process, to have the other processes hear it too.
    """

    def __init__(self) -> None:
        self.echo: Callable[[], None] | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self.ring_here()
        if self.echo:
            self.echo()

    def ring_here(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after so many seconds without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()
