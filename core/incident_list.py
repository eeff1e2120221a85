"""The incident list: filters, and keyset pages from the newest to the oldest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.db import microseconds_of, moment_of
from core.errors import InvalidInput
from core.levels import Level
from core.lifecycle import UNRESOLVED, Status
from core.models import Card, Incident, Report
from core.reports import folded

Row = TypeVar("Row")

PAGE_SIZE = 50
COUNT_CAP = 100
SEARCH_CHARS = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Which incidents: a status set, an app, a lowest level, words, when last seen, shown where."""

    statuses: tuple[Status, ...] = UNRESOLVED
    app_id: int | None = None
    lowest_level: Level | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows and the cursor of the page after them; None at the end."""

    rows: Sequence[Row]
    next_cursor: str | None


async def incident_list(
    session: AsyncSession, filters: Filters, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[Incident]:
    """Read one page, newest first. Raises InvalidInput for a cursor that is not ours."""
    query = (
        select(Incident)
        .where(*_conditions(filters))
        .options(joinedload(Incident.app), joinedload(Incident.assignee))
        .order_by(Incident.last_seen_at.desc(), Incident.id.desc())
        .limit(size + 1)
    )
    if cursor:
        query = query.where(tuple_(Incident.last_seen_at, Incident.id) < _position(cursor))
    rows = (await session.scalars(query)).all()
    more = len(rows) > size
    return Page(rows[:size], _cursor(rows[size - 1]) if more else None)


async def status_counts(session: AsyncSession, filters: Filters) -> dict[Status, int]:
    """Count the matches of each status, no further than COUNT_CAP."""
    counts = {}
    for status in Status:
        matching = select(Incident.id).where(*_conditions(filters, (status,))).limit(COUNT_CAP)
        counts[status] = await session.scalar(select(func.count()).select_from(matching.subquery()))
    return {status: count or 0 for status, count in counts.items()}


async def reports_of(
    session: AsyncSession, incident_id: int, before_id: int | None = None, size: int = PAGE_SIZE
) -> Page[Report]:
    """Read an incident's reports, newest first; the cursor is the last report's id."""
    query = select(Report).where(Report.incident_id == incident_id).order_by(Report.id.desc())
    if before_id:
        query = query.where(Report.id < before_id)
    rows = (await session.scalars(query.limit(size + 1))).all()
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)


def _conditions(
    filters: Filters, statuses: tuple[Status, ...] | None = None
) -> list[ColumnElement[bool]]:
    chosen = statuses or filters.statuses
    conditions: list[ColumnElement[bool]] = []
    if len(chosen) < len(Status):
        conditions.append(Incident.status.in_(chosen))
    if filters.app_id is not None:
        conditions.append(Incident.app_id == filters.app_id)
    if filters.lowest_level is not None:
        conditions.append(Incident.level >= filters.lowest_level)
    words = folded(filters.text[:SEARCH_CHARS]).split()
    conditions += [Incident.search_text.contains(word, autoescape=True) for word in words]
    if filters.since:
        conditions.append(Incident.last_seen_at >= filters.since)
    if filters.until:
        conditions.append(Incident.last_seen_at < filters.until)
    if filters.chat_id is not None:
        shown = select(Card.incident_id).where(Card.chat_id == filters.chat_id)
        conditions.append(Incident.id.in_(shown))
    return conditions


def _cursor(incident: Incident) -> str:
    return f"{microseconds_of(incident.last_seen_at)}-{incident.id}"


def _position(cursor: str) -> Any:
    moment, _, incident_id = cursor.partition("-")
    if (
        not (moment.isdecimal() and incident_id.isdecimal())
        or max(len(moment), len(incident_id)) > 18
    ):
        raise InvalidInput("cursor", "not a cursor of this list")
    try:
        position = (moment_of(int(moment)), int(incident_id))
    except OverflowError:
        raise InvalidInput("cursor", "not a cursor of this list") from None
    return tuple_(*position, types=[Incident.last_seen_at.type, Incident.id.type])
