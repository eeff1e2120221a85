"""An app's joined log as a page shows it: numbered lines that each have an address of their own.

A line is named by its report and by its place in what that report added, e.g. r123-L4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

from core.joined_log import Stretch
from core.logs import Tail
from web.log_view import LINE_CHARS, MAX_CHARS, MAX_LINES, log_views


@dataclass(frozen=True, slots=True)
class Line:
    """One line; the number counts within the page, the anchor holds for good."""

    number: int
    anchor: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """What one report added; `hidden` counts lines at its start that are too many to show."""

    stretch: Stretch
    hidden: int
    lines: Sequence[Line]


def newest_that_fit(stretches: Sequence[Stretch]) -> Sequence[Stretch]:
    """Leave out the oldest stretches until the rest is short enough; the newest one stays."""
    lines, chars = MAX_LINES, MAX_CHARS
    for taken, stretch in enumerate(reversed(stretches)):
        lines -= len(stretch.lines)
        chars -= sum(min(len(line), LINE_CHARS) for line in stretch.lines)
        if taken and (lines < 0 or chars < 0):
            return stretches[-taken:]
    return stretches


def parts_of(stretches: Sequence[Stretch]) -> Iterator[Part]:
    """Prepare stretches that fit together; a single one that does not loses its start."""
    views = log_views([Tail(each.report_id, "", each.lines, False, "") for each in stretches])
    numbers = count(1)
    for stretch, view in zip(stretches, views, strict=True):
        lines = [
            Line(next(numbers), f"r{stretch.report_id}-L{place}", text)
            for place, text in view.lines
        ]
        yield Part(stretch, view.hidden, lines)
