"""Tells whoever waits that something changed: tests, long polls, open pages."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
Change = tuple[str, Any]
MOST_WAITING = 10_000  # changes that a slow reader may be behind


class Changes:
    """One announcement per change, in order; nobody has to poll."""

    def __init__(self) -> None:
        self._turn: asyncio.Future[None] | None = None
        self._streams: set[asyncio.Queue[Change]] = set()

    def announce(self, kind: str, subject: Any = None) -> None:
        for stream in self._streams:
            if stream.full():
                _begin_anew(stream)
            stream.put_nowait((kind, subject))
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(None)

    async def until(self, found: Callable[[], T | None]) -> T:
        """Return the first value that is not None, looking again after each change."""
        while (value := found()) is None:
            await self.next()
        return value

    async def next(self) -> None:
        if self._turn is None or self._turn.done():
            self._turn = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._turn)

    @contextmanager
    def stream(self) -> Iterator[asyncio.Queue[Change]]:
        queue: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self._streams.add(queue)
        try:
            yield queue
        finally:
            self._streams.discard(queue)


def _begin_anew(stream: asyncio.Queue[Change]) -> None:
    """Drop all that a reader did not read in time, and let it look at everything again."""
    while not stream.empty():
        stream.get_nowait()
    stream.put_nowait(("reset", None))
