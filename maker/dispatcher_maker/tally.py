"""What became of the reports, in numbers. Its owner holds the lock."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional

from .outgoing import Again, Lost, Outgoing


class Stats(NamedTuple):
    """What became of the reports of this process.

    `dropped` are the losses by reason, `withheld` what was kept back on purpose: `disabled`,
    `sampled`, `before_send`, `spooled` until the server answers, and `folded` into one report that
    says how many they were.
    """

    queued: int
    sent: int
    retried: int
    dropped: Dict[str, int]
    last_error: Optional[str]
    withheld: Dict[str, int]


class Tally:
    """Counts outcomes, and remembers which losses the server was not told of yet."""

    def __init__(self) -> None:
        self.last_error: Optional[str] = None
        self._sent = 0
        self._retried = 0
        self._dropped: Dict[str, int] = {}
        self._told: Dict[str, int] = {}
        self._withheld: Dict[str, int] = {}

    def untold(self) -> Dict[str, int]:
        left = {kind: count - self._told.get(kind, 0) for kind, count in self._dropped.items()}
        return {kind: count for kind, count in left.items() if count}

    def count_sent(self, outgoing: Outgoing) -> None:
        self._sent += 1
        for kind, count in (outgoing.dropped or {}).items():
            _add(self._told, kind, count)

    def count_again(self, again: Again) -> None:
        self._retried += 1
        self.last_error = again.reason

    def count_lost(self, lost: Lost, outgoing: Outgoing) -> None:
        _add(self._dropped, lost.kind, outgoing.stands_for)

    def count_kept(self, lost: Lost, gone: int) -> None:
        """Count a report that went to the spool, and those that had to leave it."""
        _add(self._withheld, "spooled")
        self.last_error = lost.reason
        if gone:
            _add(self._dropped, "spool_full", gone)

    def count_withheld(self, reason: str) -> None:
        _add(self._withheld, reason)

    def stats(self, queued: int) -> Stats:
        return Stats(
            queued=queued,
            sent=self._sent,
            retried=self._retried,
            dropped=dict(self._dropped),
            last_error=self.last_error,
            withheld=dict(self._withheld),
        )


def _add(counts: Dict[str, int], key: str, count: int = 1) -> None:
    counts[key] = counts.get(key, 0) + count
