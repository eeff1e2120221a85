"""The reports that wait, bounded by number and by bytes. Knows no threads and no network."""

from __future__ import annotations

from collections import deque
from operator import attrgetter
from typing import Deque, List, Optional

from .outgoing import Outgoing

MOST_REPORTS = 100
MOST_BYTES = 8 * 1024 * 1024

_rank_of = attrgetter("rank")


class Queue:
    """First in, first out; when full, the newest of the lowest level goes."""

    def __init__(self) -> None:
        self._waiting: Deque[Outgoing] = deque()
        self.numbered = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def first(self) -> Optional[Outgoing]:
        return self._waiting[0] if self._waiting else None

    def push(self, outgoing: Outgoing) -> List[Outgoing]:
        """Add a report and return those that had to go for it, itself maybe among them."""
        self.numbered += 1
        outgoing.number = self.numbered
        self._waiting.append(outgoing)
        evicted = []
        while self._is_over():
            loser = min(reversed(self._waiting), key=_rank_of)
            self._waiting.remove(loser)
            evicted.append(loser)
        return evicted

    def pop(self) -> Outgoing:
        return self._waiting.popleft()

    def clear(self) -> List[Outgoing]:
        """Empty the queue and return what was in it."""
        left = list(self._waiting)
        self._waiting.clear()
        return left

    def _is_over(self) -> bool:
        # Summed up each time: a counter could drift when a signal handler or a __del__ sends.
        size = sum([len(outgoing.incident) for outgoing in self._waiting])
        return len(self._waiting) > MOST_REPORTS or size > MOST_BYTES
