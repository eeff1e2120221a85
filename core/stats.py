"""Numbers over a window, read from the hourly counts and the timeline, never from the reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    extract,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.levels import Level
from core.models import App, AppChat, Chat, Entry, HourlyCount, Incident
from core.timeline import Kind

MAX_APPS = 20
# Older incidents that are resolved only now are left out of the means, which bounds what is read.
LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, until before `until`; reports are counted by whole hours."""

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
    return Figures(
        opened=await _entries(session, Kind.opened, window, apps),
        resolved=await _incidents(session, Kind.resolved, window, apps),
        reports=sum((await reports_by_level(session, window, apps)).values()),
        mtta=await _mean_time_to(session, Kind.acknowledged, window, apps),
        mttr=await _mean_time_to(session, Kind.resolved, window, apps),
    )


async def reports_by_level(
    session: AsyncSession, window: Window, apps: ColumnElement[bool]
) -> dict[Level, int]:
    query = _counted(HourlyCount.level, window, apps).group_by(HourlyCount.level)
    return {level: int(count) for level, count in (await session.execute(query)).all()}


async def reports_by_app(
    session: AsyncSession, window: Window, apps: ColumnElement[bool]
) -> dict[str, int]:
    """Count reports of each app, the noisiest MAX_APPS first."""
    total = func.sum(HourlyCount.count)
    query = _counted(App.name, window, apps).group_by(App.name)
    rows = await session.execute(query.order_by(total.desc(), App.name).limit(MAX_APPS))
    return {name: int(count) for name, count in rows.all()}


def _counted(column: Any, window: Window, apps: ColumnElement[bool]) -> "Select[Any, int]":
    return (
        select(column, func.sum(HourlyCount.count))
        .join(App, App.id == HourlyCount.app_id)
        .where(HourlyCount.hour_at >= window.since, HourlyCount.hour_at < window.until, apps)
    )


async def _entries(
    session: AsyncSession, kind: Kind, window: Window, apps: ColumnElement[bool]
) -> int:
    return (await session.scalar(_of_window(func.count(), kind, window, apps))) or 0


async def _incidents(
    session: AsyncSession, kind: Kind, window: Window, apps: ColumnElement[bool]
) -> int:
    distinct = func.count(Entry.incident_id.distinct())
    return (await session.scalar(_of_window(distinct, kind, window, apps))) or 0


def _of_window(column: Any, kind: Kind, window: Window, apps: ColumnElement[bool]) -> Any:
    return (
        select(column)
        .select_from(Entry)
        .join(Incident, Incident.id == Entry.incident_id)
        .join(App, App.id == Incident.app_id)
        .where(Entry.kind == kind, Entry.at >= window.since, Entry.at < window.until, apps)
    )


async def _mean_time_to(
    session: AsyncSession, kind: Kind, window: Window, apps: ColumnElement[bool]
) -> timedelta | None:
    """Average the time from the opening to an incident's first acknowledge, or its last resolve.

    A resolve that was undone did not end the incident, so the last one counts.
    """
    chosen = func.max(Entry.at) if kind is Kind.resolved else func.min(Entry.at)
    spans = (
        select(Incident.opened_at, chosen.label("ended_at"))
        .join(Entry, Entry.incident_id == Incident.id)
        .join(App, App.id == Incident.app_id)
        .where(Entry.kind == kind, Incident.last_seen_at >= window.since - LONGEST, apps)
        .group_by(Incident.id, Incident.opened_at)
        .having(chosen >= window.since, chosen < window.until)
        .subquery()
    )
    seconds = await session.scalar(select(_mean_seconds(session, spans)))
    return None if seconds is None else timedelta(seconds=round(float(seconds), 3))


def _mean_seconds(session: AsyncSession, spans: Subquery) -> ColumnElement[Any]:
    start, end = spans.c.opened_at, spans.c.ended_at
    if session.get_bind().dialect.name == "postgresql":
        return extract("epoch", func.avg(end - start))
    microseconds = type_coerce(end, BigInteger) - type_coerce(start, BigInteger)
    return func.avg(microseconds) / 1_000_000.0
