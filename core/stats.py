"""Numbers over a window, read from the hourly counts and the timeline, never from the reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    extract,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.db import dialect_of, hour_of
from core.levels import Level
from core.models import App, AppChat, Chat, Entry, HourlyCount, Incident
from core.timeline import Kind


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, until before `until`; reports are counted by the whole hours it touches."""

    since: datetime
    until: datetime

    @property
    def before(self) -> "Window":
        """The window of the same length that ends where this one begins."""
        return Window(self.since - (self.until - self.since), self.since)


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a window; a mean is None when there was nothing to take it of."""

    opened: int
    resolved: int
    reports: int
    mtta: timedelta | None
    mttr: timedelta | None


async def apps_shown_in(session: AsyncSession, chat_id: int | None) -> ColumnElement[bool]:
    """Make the condition that an app's cards go to this chat; None means every app."""
    if chat_id is None:
        return App.id.is_not(None)
    own = select(AppChat.app_id).where(AppChat.chat_id == chat_id)
    chat = await session.get(Chat, chat_id)
    if chat is None:
        return false()
    routed = select(AppChat.app_id)
    return or_(App.id.in_(own), App.id.not_in(routed)) if chat.is_default else App.id.in_(own)


async def figures(session: AsyncSession, window: Window, apps: ColumnElement[bool]) -> Figures:
    """Count and average over a window, for the apps of a condition."""
    opened, _ = await _count_and_mean(session, _in_window(Kind.opened, window, apps))
    _, mtta = await _count_and_mean(session, _first_acknowledges(window, apps))
    resolved, mttr = await _count_and_mean(session, _last_resolves(window, apps))
    return Figures(
        opened=opened,
        resolved=resolved,
        reports=sum((await reports_by_level(session, window, apps)).values()),
        mtta=mtta,
        mttr=mttr,
    )


async def reports_by_level(
    session: AsyncSession, window: Window, apps: ColumnElement[bool]
) -> dict[Level, int]:
    query = _counted(HourlyCount.level, window, apps).group_by(HourlyCount.level)
    return {level: int(count) for level, count in (await session.execute(query)).all()}


async def reports_by_app(
    session: AsyncSession, window: Window, apps: ColumnElement[bool]
) -> dict[str, int]:
    """Count reports of each app, the noisiest first."""
    total = func.sum(HourlyCount.count)
    query = _counted(App.name, window, apps).group_by(App.name)
    rows = await session.execute(query.order_by(total.desc(), App.name))
    return {name: int(count) for name, count in rows.all()}


def _counted(column: Any, window: Window, apps: ColumnElement[bool]) -> "Select[Any, int]":
    first_hour = hour_of(window.since)
    return (
        select(column, func.sum(HourlyCount.count))
        .join(App, App.id == HourlyCount.app_id)
        .where(HourlyCount.hour_at >= first_hour, HourlyCount.hour_at < window.until, apps)
    )


def _in_window(kind: Kind, window: Window, apps: ColumnElement[bool]) -> "Select[Any, Any]":
    """Select when incidents were opened, and when this happened to them, for a window."""
    return (
        select(Incident.opened_at, Entry.at.label("ended_at"))
        .join(Entry, Entry.incident_id == Incident.id)
        .join(App, App.id == Incident.app_id)
        .where(Entry.kind == kind, Entry.at >= window.since, Entry.at < window.until, apps)
    )


def _first_acknowledges(window: Window, apps: ColumnElement[bool]) -> "Select[Any, Any]":
    earlier = aliased(Entry)
    again = select(earlier.id).where(
        earlier.incident_id == Entry.incident_id,
        earlier.kind == Kind.acknowledged,
        earlier.id < Entry.id,
    )
    return _in_window(Kind.acknowledged, window, apps).where(~again.exists())


def _last_resolves(window: Window, apps: ColumnElement[bool]) -> "Select[Any, Any]":
    """Select the resolves that hold: one that was undone did not end its incident."""
    later = aliased(Entry)
    undone = select(later.id).where(
        later.incident_id == Entry.incident_id,
        later.kind == Kind.reopened,
        later.id > Entry.id,
    )
    return _in_window(Kind.resolved, window, apps).where(~undone.exists())


async def _count_and_mean(
    session: AsyncSession, spans: "Select[Any, Any]"
) -> tuple[int, timedelta | None]:
    """Count spans and average their length."""
    times = spans.subquery()
    start, end = times.c.opened_at, times.c.ended_at
    mean: ColumnElement[Any]
    if dialect_of(session) == "postgresql":
        mean = extract("epoch", func.avg(end - start))
    else:
        microseconds = type_coerce(end, BigInteger) - type_coerce(start, BigInteger)
        mean = func.avg(microseconds) / 1_000_000.0
    count, seconds = (await session.execute(select(func.count(), mean).select_from(times))).one()
    return count, None if seconds is None else timedelta(seconds=round(float(seconds), 3))
