"""Log lines: packed for the database, and the overlapping tails of one source joined again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import zstandard
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Log, Report

MAX_UNPACKED = 64 * 1024 * 1024
MAX_SOURCES = 200
TAILS_PER_PAGE = 40

_compressor = zstandard.ZstdCompressor(level=1)


@dataclass(frozen=True, slots=True)
class Tail:
    """The lines one report brought from one source."""

    report_id: int
    source: str
    lines: Sequence[str]
    truncated: bool
    note: str


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


def pack(text: str) -> bytes:
    return _compressor.compress(text.encode())


def line_count(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def unpack(body: bytes) -> list[str]:
    """Give the lines of a packed text; of no text there are none."""
    text = zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_UNPACKED).decode()
    return text.split("\n") if text else []


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


async def tails_of_report(session: AsyncSession, report_id: int) -> list[Tail]:
    """Read what one report brought, source by source in the order it sent them."""
    rows = await session.scalars(select(Log).where(Log.report_id == report_id).order_by(Log.id))
    return [
        Tail(row.report_id, row.source, unpack(row.body), row.truncated, row.note) for row in rows
    ]


async def last_report_with_logs(session: AsyncSession, incident_id: int) -> int | None:
    """Find the newest report of an incident that brought logs."""
    query = (
        select(Log.report_id)
        .join(Report, Report.id == Log.report_id)
        .where(Report.incident_id == incident_id)
        .order_by(Report.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def sources_of(session: AsyncSession, app_id: int) -> list[str]:
    """List the sources an app ever sent, by name: one index look-up each, not a scan."""
    sources: list[str] = []
    while len(sources) < MAX_SOURCES:
        query = select(Log.source).where(Log.app_id == app_id).order_by(Log.source).limit(1)
        if sources:
            query = query.where(Log.source > sources[-1])
        found = (await session.scalars(query)).one_or_none()
        if found is None:
            break
        sources.append(found)
    return sources


async def joined_log(
    session: AsyncSession, app_id: int, source: str, before: int | None = None
) -> LogPage:
    """Read one source of an app as one continuous log, the newest page or the one before a cursor.

    The tails of consecutive reports overlap: what is there already is left out, and where a tail
    does not meet the one before it there is a gap.
    """
    query = (
        select(Log, Report.incident_id, Report.received_at)
        .join(Report, Report.id == Log.report_id)
        .where(Log.app_id == app_id, Log.source == source)
        .order_by(Log.id.desc())
        .limit(TAILS_PER_PAGE + 1)
    )
    if before is not None:
        query = query.where(Log.id < before)
    rows = (await session.execute(query)).all()
    shown = rows[:TAILS_PER_PAGE]
    stretches: list[Stretch] = []
    previous: list[str] = unpack(rows[-1][0].body) if len(rows) > len(shown) else []
    for log, incident_id, at in reversed(shown):
        lines = unpack(log.body)
        known = overlap(previous, lines)
        gap = bool(previous) and bool(lines) and known == 0
        if len(lines) > known or log.note:
            stretches.append(Stretch(log.report_id, incident_id, at, lines[known:], gap, log.note))
        previous = lines or previous
    return LogPage(stretches, shown[-1][0].id if len(rows) > len(shown) else None)
