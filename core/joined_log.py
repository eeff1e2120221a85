"""One continuous log for each source of an app, joined from overlapping tails."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.logs import unpack
from core.models import Log, Report

TAILS_PER_PAGE = 40
TAILS_BEFORE = 5
MAX_REMEMBERED = 20_000

Found = Row[Log, int, datetime]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow each other; `gap` says that something is missing before them."""

    report_id: int
    incident_id: int
    at: datetime
    lines: Sequence[str]
    gap: bool
    note: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """One source's log, oldest line first; `older` is the cursor of the page before."""

    stretches: Sequence[Stretch]
    older: int | None


class Joiner:
    """Takes tails from the oldest to the newest and tells what each adds to the log."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def add(self, lines: Sequence[str]) -> tuple[Sequence[str], bool]:
        """Return the lines that are new, and whether something is missing before them."""
        if not lines:
            return (), False
        known = overlap(self._seen, lines) or end_within(self._seen, lines)
        gap = bool(self._seen) and not known
        fresh = lines[known:]
        self._seen = [*(() if gap else self._seen), *fresh][-MAX_REMEMBERED:]
        return fresh, gap


def overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """Count the lines at the start of `after` that are the end of `before`; the most there can be.

    The failure function of Knuth, Morris and Pratt over `after` followed by the end of `before`:
    linear, however repetitive the lines are.
    """
    end = before[-len(after) :] if after else ()
    failure = [0] * len(after)
    length = 0
    for i in range(1, len(after)):
        while length and after[i] != after[length]:
            length = failure[length - 1]
        length += after[i] == after[length]
        failure[i] = length
    length = 0
    for line in end:
        while length and (length == len(after) or line != after[length]):
            length = failure[length - 1]
        length += line == after[length]
    return length


def end_within(before: Sequence[str], after: Sequence[str]) -> int:
    """Find where in `after` all of `before` ends, when a longer tail reaches back beyond it."""
    if not before or len(before) > len(after):
        return 0
    whole = _framed(after)
    at = whole.rfind(_framed(before))
    return whole.count("\n", 0, at) + len(before) if at >= 0 else 0


async def joined_log(
    session: AsyncSession, app_id: int, source: str, before: int | None = None
) -> LogPage:
    """Read one source of an app as one continuous log, the newest page or the one before a cursor.

    The tails of consecutive reports overlap: what is there already is left out, and where a tail
    does not meet what came before it there is a gap.
    """
    query = _tails(app_id, source, before).limit(TAILS_PER_PAGE + 1)
    rows = (await session.execute(query)).all()
    shown, more = rows[:TAILS_PER_PAGE], len(rows) > TAILS_PER_PAGE
    older = await _tails_before(session, app_id, source, shown[-1][0].id) if more else []
    # In a thread: forty tails may be as many megabytes.
    stretches = await asyncio.to_thread(_joined, older[::-1], shown[::-1])
    return LogPage(stretches, shown[-1][0].id if more else None)


async def _tails_before(
    session: AsyncSession, app_id: int, source: str, log_id: int
) -> Sequence[Found]:
    """Read the few tails that stand right before a page."""
    query = _tails(app_id, source, log_id).where(func.length(Log.body) > 0).limit(TAILS_BEFORE)
    return (await session.execute(query)).all()


def _joined(older: Sequence[Found], shown: Sequence[Found]) -> list[Stretch]:
    joiner = Joiner()
    for log, _, _ in older:
        joiner.add(unpack(log.body))
    stretches = []
    for log, incident_id, at in shown:
        lines, gap = joiner.add(unpack(log.body))
        if lines or log.note:
            stretches.append(Stretch(log.report_id, incident_id, at, lines, gap, log.note))
    return stretches


def _tails(app_id: int, source: str, before: int | None) -> "Select[Log, int, datetime]":
    query = (
        select(Log, Report.incident_id, Report.received_at)
        .join(Report, Report.id == Log.report_id)
        .where(Log.app_id == app_id, Log.source == source)
        .order_by(Log.id.desc())
    )
    return query if before is None else query.where(Log.id < before)


def _framed(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"
