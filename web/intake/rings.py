"""The newest log lines of each stream that only logs, kept in memory until something fails there.

Sentry's and OpenTelemetry's logs come apart from the failures they explain; a failure takes the
lines before it along. Bounded in streams, lines and characters; what is pushed out, and what a
restart forgets, was no report.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

MAX_STREAMS = 1000
MAX_LINES = 200
MAX_LINE_CHARS = 4096

Stream = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and the trace it belongs to."""

    text: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Tail:
    """Lines that a body brought for a stream of its app."""

    stream: str
    lines: tuple[Line, ...]


class Rings:
    """The rings of this process, by app and stream."""

    def __init__(self) -> None:
        self._rings: OrderedDict[Stream, deque[Line]] = OrderedDict()

    def add(self, app_id: int, stream: str, lines: Iterable[Line]) -> None:
        ring = self._rings.setdefault((app_id, stream), deque(maxlen=MAX_LINES))
        ring.extend(Line(line.text[:MAX_LINE_CHARS], line.trace) for line in lines)
        self._rings.move_to_end((app_id, stream))
        if len(self._rings) > MAX_STREAMS:
            self._rings.popitem(last=False)

    def text(self, app_id: int, stream: str, trace: str = "") -> str:
        """The lines of a stream; where some are of the trace, only those."""
        lines = list(self._rings.get((app_id, stream), ()))
        own = [line for line in lines if trace and line.trace == trace]
        return "\n".join(line.text for line in own or lines)
