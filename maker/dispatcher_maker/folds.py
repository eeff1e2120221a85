"""Storms: of one thing that is reported again and again, the first is sent, and after a while
one report that says how often it came again. Knows no threads: its owner holds the lock.
"""

from __future__ import annotations

from datetime import datetime, timezone
from math import inf
from typing import Any, Dict, List, NamedTuple

from .outgoing import Outgoing
from .wire import MESSAGE_CHARS, encoded, new_report_id

MOST_FOLDS = 100


class Storm(NamedTuple):
    """What makes reports the same thing, and the first of them, without its logs."""

    key: str
    incident: Dict[str, Any]


class Fold:
    """The repeats of one thing within one window."""

    __slots__ = ("ends_at", "first", "last_at", "rank", "repeats", "seconds")

    def __init__(self, first: Dict[str, Any], rank: int, seconds: float, now: float) -> None:
        self.first = first
        self.rank = rank
        self.seconds = seconds
        self.ends_at = now + seconds
        self.repeats = 0
        self.last_at = ""

    def summary(self) -> Outgoing:
        """Make the report of the repeats; the fingerprint takes it to the incident of the first."""
        outgoing = Outgoing(new_report_id())
        outgoing.rank, outgoing.stands_for = self.rank, self.repeats
        times = "once" if self.repeats == 1 else f"{self.repeats} times"
        message = f"Repeated {times} within {self.seconds:g} s.\n\n{self.first.get('message', '')}"
        outgoing.incident = encoded(
            {
                **self.first,
                "message": message.rstrip()[:MESSAGE_CHARS],
                "report_id": outgoing.report_id,
                "occurred_at": self.last_at,
            }
        )
        return outgoing


class Folds:
    """The windows that are open, at most 100: one more ends the oldest early."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._open: Dict[str, Fold] = {}

    def open(self, first: Outgoing, now: float) -> None:
        """Begin to fold what repeats a report."""
        storm = first.storm
        if storm is not None and self._seconds > 0 and storm.key not in self._open:
            self._open[storm.key] = Fold(storm.incident, first.rank, self._seconds, now)

    def takes(self, key: str) -> bool:
        """Count a repeat; False if nothing like it was reported within the window."""
        fold = self._open.get(key)
        if fold is None:
            return False
        fold.repeats += 1
        fold.last_at = datetime.now(timezone.utc).isoformat()
        return True

    def ends_at(self, *, otherwise: float) -> float:
        """Say when the next window ends, or something else when none is open."""
        return next(iter(self._open.values())).ends_at if self._open else otherwise

    def close(self, now: float) -> List[Outgoing]:
        """Close the windows that ended, and return the summaries of those that had repeats."""
        ended = []
        while self._open and (self.ends_at(otherwise=inf) <= now or len(self._open) > MOST_FOLDS):
            ended.append(self._open.pop(next(iter(self._open))))
        return [fold.summary() for fold in ended if fold.repeats]
