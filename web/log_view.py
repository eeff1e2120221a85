"""Logs as a page shows them: numbered lines, an anchor each, and no more than a phone can hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from core.logs import Tail
from web.ansi import coloured

MAX_LINES = 2000
MAX_CHARS = 512 * 1024
LINE_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class LogView:
    """The newest lines of one source; `hidden` counts those that are left to the download."""

    source: str
    anchor: str
    lines: Sequence[tuple[int, Markup]]
    hidden: int
    truncated: bool
    note: str


def log_views(tails: Sequence[Tail]) -> list[LogView]:
    """Prepare a report's logs; when they are too long together, the long ones lose their starts."""
    lines = fair_shares([len(tail.lines) for tail in tails], MAX_LINES)
    chars = fair_shares([sum(map(_shown_chars, tail.lines)) for tail in tails], MAX_CHARS)
    anchors = anchors_of([tail.source for tail in tails])
    return [_view(*each) for each in zip(tails, anchors, lines, chars, strict=True)]


def fair_shares(sizes: Sequence[int], total: int) -> list[int]:
    """Share out a total: the small get all they ask for, the large what is left, in equal parts."""
    shares = [0] * len(sizes)
    by_size = sorted(range(len(sizes)), key=sizes.__getitem__)
    for place, index in enumerate(by_size):
        shares[index] = min(sizes[index], total // (len(sizes) - place))
        total -= shares[index]
    return shares


def anchors_of(sources: Sequence[str]) -> list[str]:
    """Make an id for each source: safe in addresses, like its name, unlike the others'."""
    anchors: list[str] = []
    for source in sources:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", source).strip("-") or "log"
        anchors.append(f"{plain}-{len(anchors) + 1}" if plain in anchors else plain)
    return anchors


def _view(tail: Tail, anchor: str, max_lines: int, max_chars: int) -> LogView:
    count = _fitting(tail.lines[len(tail.lines) - max_lines :], max_chars)
    first = len(tail.lines) - count
    shown = [
        (number, coloured(_cut(line))) for number, line in enumerate(tail.lines[first:], first + 1)
    ]
    return LogView(tail.source, anchor, shown, first, tail.truncated, tail.note)


def _fitting(lines: Sequence[str], max_chars: int) -> int:
    """Count the lines at the end that fit."""
    for count, line in enumerate(reversed(lines)):
        max_chars -= _shown_chars(line)
        if max_chars < 0:
            return count
    return len(lines)


def _shown_chars(line: str) -> int:
    return min(len(line), LINE_CHARS)


def _cut(line: str) -> str:
    return line if len(line) <= LINE_CHARS else line[:LINE_CHARS] + " …"
