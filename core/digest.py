"""The digest: what happened in a window, beside the window before, and what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.cards import incident_url
from core.levels import Level
from core.lifecycle import UNRESOLVED
from core.models import App, Incident
from core.stats import Figures, Window, apps_shown_in, figures, reports_by_app, reports_by_level

DAY = timedelta(days=1)
MAX_APPS = 20
MAX_OPEN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """Reports of one app in the window, and in the one before."""

    name: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Reports of one level in the window, and in the one before."""

    level: Level
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is not resolved yet."""

    number: int
    title: str
    app: str
    level: Level
    opened_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class OpenNow:
    """The oldest of what is open, and how many there are."""

    incidents: Sequence[OpenIncident]
    total: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says; `late` when it could not be sent at its time."""

    since: datetime
    until: datetime
    late: bool
    now: Figures
    before: Figures
    by_level: Sequence[LevelRow]
    by_app: Sequence[Row]
    still_open: Sequence[OpenIncident]
    still_open_total: int


async def digest_of(
    session: AsyncSession,
    since: datetime,
    until: datetime,
    base_url: str,
    *,
    chat_id: int | None = None,
    late: bool = False,
) -> Digest:
    """Read the digest of a window for the apps whose cards go to a chat; None means every app.

    It names the MAX_APPS noisiest apps and, of what is still open, the MAX_OPEN oldest.
    """
    window = Window(since, until)
    apps = await apps_shown_in(session, chat_id)
    return Digest(
        since=since,
        until=until,
        late=late,
        now=await figures(session, window, apps),
        before=await figures(session, window.before, apps),
        by_level=await _level_rows(session, window, apps),
        by_app=await _app_rows(session, window, apps),
        still_open=await open_incidents(session, apps, base_url),
        still_open_total=await count_open(session, apps),
    )


async def _level_rows(
    session: AsyncSession, window: Window, apps: ColumnElement[bool]
) -> list[LevelRow]:
    now = await reports_by_level(session, window, apps)
    before = await reports_by_level(session, window.before, apps)
    seen = sorted(now.keys() | before.keys(), reverse=True)
    return [LevelRow(level, now.get(level, 0), before.get(level, 0)) for level in seen]


async def _app_rows(session: AsyncSession, window: Window, apps: ColumnElement[bool]) -> list[Row]:
    now = await reports_by_app(session, window, apps)
    before = await reports_by_app(session, window.before, apps)
    names = list(now | before)[:MAX_APPS]
    return [Row(name, now.get(name, 0), before.get(name, 0)) for name in names]


async def open_incidents(
    session: AsyncSession, which: ColumnElement[bool], base_url: str
) -> list[OpenIncident]:
    """List the MAX_OPEN oldest of what is not resolved, by a condition on incidents and apps."""
    query = (
        select(Incident.id, Incident.title, App.name, Incident.level, Incident.opened_at)
        .join(App, App.id == Incident.app_id)
        .where(Incident.status.in_(UNRESOLVED), which)
        .order_by(Incident.opened_at, Incident.id)
        .limit(MAX_OPEN)
    )
    return [
        OpenIncident(number, title, app, level, opened_at, incident_url(base_url, number))
        for number, title, app, level, opened_at in (await session.execute(query)).all()
    ]


async def open_now(session: AsyncSession, which: ColumnElement[bool], base_url: str) -> OpenNow:
    incidents = await open_incidents(session, which, base_url)
    return OpenNow(incidents, await count_open(session, which))


async def count_open(session: AsyncSession, which: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(Incident)
        .join(App, App.id == Incident.app_id)
        .where(Incident.status.in_(UNRESOLVED), which)
    )
    return (await session.scalar(query)) or 0
