"""Apps: register, edit, archive, and prove with a code. A code is shown once, at its birth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidInput, NotFound
from core.levels import Level
from core.lifecycle import UNRESOLVED
from core.models import App, AppChat, AppCode, Incident
from core.secrets import hash_of, new_code

NAME_CHARS = 100
MAX_QUIET_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class NewCode:
    """An app and the code that nobody will be able to read again."""

    app: App
    code: str


@dataclass(frozen=True, slots=True)
class AppRow:
    """An app in the list: how many unresolved incidents, and when it was last heard of."""

    app: App
    unresolved: int
    last_seen_at: datetime | None


async def register(
    session: AsyncSession,
    now: datetime,
    name: str,
    lowest_level: Level = Level.warning,
    quiet_hours: int | None = None,
) -> NewCode:
    """Create an app and its first code. Raises InvalidInput, also for a name that is taken."""
    app = App(created_at=now, quiet_hours=_checked_hours(quiet_hours))
    await _save(session, app, name, lowest_level)
    return NewCode(app, await _add_code(session, now, app))


async def rotate(session: AsyncSession, now: datetime, app_id: int, overlap: timedelta) -> NewCode:
    """Give an app a new code; the old ones go on working for the overlap."""
    app = await find_app(session, app_id)
    end = now + overlap
    await session.execute(
        update(AppCode)
        .where(AppCode.app_id == app_id)
        .where(AppCode.expires_at.is_(None) | (AppCode.expires_at > end))
        .values(expires_at=end)
    )
    return NewCode(app, await _add_code(session, now, app))


async def edit_app(
    session: AsyncSession, app_id: int, *, name: str, lowest_level: Level, quiet_hours: int | None
) -> App:
    """Change what an app is called and how its reports are taken. Raises NotFound, InvalidInput."""
    app = await find_app(session, app_id)
    hours = _checked_hours(quiet_hours)
    await _save(session, app, name, lowest_level)
    app.quiet_hours = hours
    await session.flush()
    return app


async def archive(session: AsyncSession, now: datetime, app_id: int, *, archived: bool) -> App:
    """Have an app's reports refused from now on, or accepted again."""
    app = await find_app(session, app_id)
    app.archived_at = (app.archived_at or now) if archived else None
    await session.flush()
    return app


async def find_app(session: AsyncSession, app_id: int) -> App:
    app = await session.get(App, app_id)
    if app is None:
        raise NotFound("app", app_id)
    return app


async def find_app_by_name(session: AsyncSession, name: str) -> App:
    app = (await session.scalars(select(App).where(App.name == name))).one_or_none()
    if app is None:
        raise NotFound("app", name)
    return app


async def all_apps(session: AsyncSession, chat_id: int | None = None) -> Sequence[App]:
    """List apps by name: all, or those with a route of their own to a chat."""
    query = select(App).order_by(App.name)
    if chat_id is not None:
        query = query.where(App.id.in_(routed_to(chat_id)))
    return (await session.scalars(query)).all()


def routed_to(chat_id: int) -> Select[int]:
    return select(AppChat.app_id).where(AppChat.chat_id == chat_id)


async def app_list(session: AsyncSession) -> list[AppRow]:
    """List apps by name, the archived ones last."""
    unresolved = func.count(Incident.id).filter(Incident.status.in_(UNRESOLVED))
    query = (
        select(App, unresolved, func.max(Incident.last_seen_at))
        .outerjoin(Incident, Incident.app_id == App.id)
        .group_by(App.id)
        .order_by(App.archived_at.is_not(None), App.name)
    )
    return [AppRow(*row) for row in (await session.execute(query)).all()]


async def live_codes(session: AsyncSession, now: datetime, app_id: int) -> Sequence[AppCode]:
    """List the codes that still work, newest first."""
    query = (
        select(AppCode)
        .where(AppCode.app_id == app_id)
        .where(AppCode.expires_at.is_(None) | (AppCode.expires_at > now))
        .order_by(AppCode.id.desc())
    )
    return (await session.scalars(query)).all()


async def _add_code(session: AsyncSession, now: datetime, app: App) -> str:
    code = new_code()
    session.add(AppCode(app_id=app.id, hash=hash_of(code), created_at=now))
    await session.flush()
    return code


def _checked_hours(hours: int | None) -> int | None:
    if hours is not None and not 1 <= hours <= MAX_QUIET_HOURS:
        raise InvalidInput("quiet_hours", f"from 1 to {MAX_QUIET_HOURS} hours, or none")
    return hours


async def _save(session: AsyncSession, app: App, name: str, lowest_level: Level) -> None:
    name = _checked_name(name)
    try:
        # Changed inside: what was changed before would be flushed ahead of the savepoint.
        async with session.begin_nested():
            app.name, app.lowest_level = name, lowest_level
            session.add(app)
    except IntegrityError:
        raise InvalidInput("name", f"there is an app named {name} already") from None


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARS or not name.isprintable():
        raise InvalidInput("name", f"a name has 1 to {NAME_CHARS} printable characters")
    return name
