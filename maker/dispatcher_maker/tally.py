"""What became of the reports, in numbers. Its owner holds the lock."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional

from .outgoing import Again, Lost, Outgoing


class Stats(NamedTuple):
    """What became of the reports of this process; `dropped` is by reason."""

    queued: int
    sent: int
    retried: int
    dropped: Dict[str, int]
    last_error: Optional[str]


class Tally:
    """Counts outcomes, and remembers which losses the server was not told of yet."""

    def __init__(self) -> None:
        self.last_error: Optional[str] = None
        self._sent = 0
        self._retried = 0
        self._told = 0
        self._dropped: Dict[str, int] = {}

    def untold(self) -> int:
        return sum(self._dropped.values()) - self._told

    def count_sent(self, outgoing: Outgoing) -> None:
        self._sent += 1
        self._told += outgoing.dropped or 0

    def count_again(self, again: Again) -> None:
        self._retried += 1
        self.last_error = again.reason

    def count_lost(self, lost: Lost) -> None:
        self._dropped[lost.kind] = self._dropped.get(lost.kind, 0) + 1

    def stats(self, queued: int) -> Stats:
        return Stats(queued, self._sent, self._retried, dict(self._dropped), self.last_error)
