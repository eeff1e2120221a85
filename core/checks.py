"""Checks: what of an app must tell again and again that it lives, how often, and since when not.

A new check waits for its first heartbeat, a paused one raises nothing until a person resumes it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.check_plans import (
    DEFAULT_PLAN,
    NAME_CHARS,
    CheckStatus,
    Plan,
    columns_of,
    due_of,
    is_slug,
    plan_of,
)
from core.db import dialect_of, insert_into
from core.errors import InvalidInput, NotFound
from core.models import Check, Incident, Ping

MAX_CHECKS = 500  # of one app: whoever has its code can make them
FINGERPRINT = "check"


def fingerprint_of_check(check: Check) -> str:
    return f"{FINGERPRINT}:{check.uuid}"


async def create_check(
    session: AsyncSession,
    now: datetime,
    app_id: int,
    *,
    slug: str,
    name: str = "",
    plan: Plan = DEFAULT_PLAN,
) -> Check:
    """Make a check. Raises InvalidInput, also for a slug that its app has already."""
    check, created = await ensure_check(session, now, app_id, slug=slug, name=name, plan=plan)
    if not created:
        raise InvalidInput("slug", f"there is a check {slug} already")
    return check


async def ensure_check(
    session: AsyncSession,
    now: datetime,
    app_id: int,
    *,
    slug: str,
    name: str = "",
    plan: Plan = DEFAULT_PLAN,
) -> tuple[Check, bool]:
    """Find an app's check by its slug, or make it; says whether it was made. Raises InvalidInput.

    Somebody may make the same one at the same time: the unique slug decides.
    """
    if not is_slug(slug):
        raise InvalidInput("slug", "1 to 100 of the characters a-z 0-9 _ -")
    mine = (Check.app_id == app_id, Check.slug == slug)
    if check := await _found(session, *mine):
        return check, False
    count = await session.scalar(select(func.count()).where(Check.app_id == app_id))
    if count and count >= MAX_CHECKS:
        raise InvalidInput("checks", f"an app has at most {MAX_CHECKS} checks")
    values = {
        "app_id": app_id,
        "slug": slug,
        "uuid": uuid4(),
        "name": _checked_name(name or slug),
        "status": CheckStatus.new,
        "pings": 0,
        "created_at": now,
        **columns_of(plan, now),
    }
    new = insert_into(Check, dialect_of(session)).values(**values)
    made = await session.scalar(new.on_conflict_do_nothing().returning(Check.id))
    check = await _found(session, *mine)
    if check is None:
        raise NotFound("check", slug)
    return check, made is not None


async def edit_check(
    session: AsyncSession, now: datetime, check_id: int, *, name: str, plan: Plan
) -> Check:
    """Rename a check or change its plan, which counts from its last heartbeat."""
    check = await find_check(session, check_id, lock=True)
    check.name = _checked_name(name)
    replan(check, plan, now)
    await session.flush()
    return check


def replan(check: Check, plan: Plan, now: datetime) -> None:
    """Change the plan of a check that is locked. Raises InvalidInput."""
    if plan == plan_of(check):
        return
    for column, value in columns_of(plan, now).items():
        setattr(check, column, value)
    check.due_at = due_of(check)


async def pause(session: AsyncSession, check_id: int) -> Check:
    """Have a check raise nothing until it is resumed."""
    check = await find_check(session, check_id, lock=True)
    check.status, check.due_at, check.started_at = CheckStatus.paused, None, None
    await session.flush()
    return check


async def resume(session: AsyncSession, check_id: int) -> Check:
    """Have a paused check wait for its next heartbeat, as a new one does."""
    check = await find_check(session, check_id, lock=True)
    if check.status == CheckStatus.paused:
        check.status = CheckStatus.new
    await session.flush()
    return check


async def delete_check(session: AsyncSession, check_id: int) -> Check:
    """Forget a check and its heartbeats; its incidents stay."""
    check = await find_check(session, check_id, lock=True)
    await session.execute(delete(Ping).where(Ping.check_id == check_id))
    await session.delete(check)
    await session.flush()
    return check


async def find_check(session: AsyncSession, check_id: int, *, lock: bool = False) -> Check:
    """Load a check with its app. Raises NotFound. `lock` is as in `core.incidents.find`."""
    check = await _found(session, Check.id == check_id, lock=lock)
    if check is None:
        raise NotFound("check", check_id)
    return check


async def check_by_uuid(session: AsyncSession, uuid: UUID) -> Check | None:
    return await _found(session, Check.uuid == uuid)


async def check_by_slug(session: AsyncSession, app_id: int, slug: str) -> Check | None:
    if not is_slug(slug):
        return None  # nor would every database take it
    return await _found(session, Check.app_id == app_id, Check.slug == slug)


async def check_of_incident(session: AsyncSession, incident: Incident) -> Check | None:
    """Find the check that an incident is about."""
    kind, _, uuid = incident.fingerprint.partition(":")
    if kind != FINGERPRINT:
        return None
    try:
        return await check_by_uuid(session, UUID(uuid))
    except ValueError:
        return None


async def incident_of_check(session: AsyncSession, check: Check) -> int | None:
    """Find the unresolved incident of a check."""
    # The status stands in the text, not in a parameter: else the partial index is no use.
    query = select(Incident.id).where(
        Incident.fingerprint == fingerprint_of_check(check),
        Incident.app_id == check.app_id,
        Incident.status != literal_column("'resolved'"),
    )
    return (await session.scalars(query)).one_or_none()


async def checks_of(session: AsyncSession, app_id: int) -> Sequence[Check]:
    """List an app's checks by name."""
    query = select(Check).where(Check.app_id == app_id).order_by(Check.name, Check.id)
    return (await session.scalars(query)).all()


async def _found(
    session: AsyncSession, *which: ColumnElement[bool], lock: bool = False
) -> Check | None:
    query = select(Check).where(*which).options(joinedload(Check.app, innerjoin=True))
    if lock:
        query = query.with_for_update(of=Check)
    query = query.execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_CHARS or not name.isprintable():
        raise InvalidInput("name", f"a name has 1 to {NAME_CHARS} printable characters")
    return name
