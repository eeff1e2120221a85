"""Heartbeats: what a check tells, and what becomes of it and of its silence.

Whoever changes a check holds its row, so a heartbeat that comes when its check is just found to
be silent is either in time or resolves what was raised; the report and the check's new status are
written in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts, signals
from core.check_plans import DEFAULT_PLAN, NAME_CHARS, CheckStatus, due_of, plan_of, slug_of
from core.check_reports import failed, silent, told
from core.checks import ensure_check, find_check, replan
from core.intake_batch import write_reports
from core.logs import pack_bytes
from core.models import App, Check, Ping
from core.reports import Signal

BODY_BYTES = 10_000
MAX_PINGS = 200
MAX_RAISED = 100
LONGEST_RUN = timedelta(hours=72)
LOOKED = "silence_looked_for_at"
NOTED_EVERY, AWAY = timedelta(seconds=30), timedelta(minutes=2)


class PingKind(StrEnum):
    """What a heartbeat says."""

    success = "success"
    start = "start"
    fail = "fail"
    log = "log"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One heartbeat; `body` is cut to BODY_BYTES by who keeps it.

    `rid` pairs the start and the end of a run. `duration` is for who measured it, else it is the
    time since the start.
    """

    kind: PingKind = PingKind.success
    exit_status: int | None = None
    rid: UUID | None = None
    body: bytes = b""
    duration: timedelta | None = None


async def beat(session: AsyncSession, now: datetime, check_id: int, heartbeat: Heartbeat) -> Check:
    """Keep a heartbeat of a check and do what it says. Raises NotFound."""
    check = await find_check(session, check_id, lock=True)
    await _keep(session, now, check, heartbeat)
    if check.status == CheckStatus.paused:
        return check
    match heartbeat.kind:
        case PingKind.start:
            check.started_at, check.started_rid = now, heartbeat.rid
        case PingKind.log:
            await _signal(session, now, check, heartbeat, Signal.note)
        case _:
            await _end(session, now, check, heartbeat)
    check.due_at = due_of(check)
    await session.flush()
    return check


async def beat_of_app(
    session: AsyncSession,
    now: datetime,
    app_id: int,
    name: str,
    heartbeat: Heartbeat,
    planned: Mapping[str, Any] | None = None,
) -> Check:
    """Keep a heartbeat of an app's check by its name or slug; it is made when it is not there.

    What is `planned`, fields of Plan, is the check's plan from then on. Raises InvalidInput.
    """
    planned = planned or {}
    plan = replace(DEFAULT_PLAN, **planned)
    slug, name = slug_of(name), " ".join(name.split())[:NAME_CHARS]
    check, made = await ensure_check(session, now, app_id, slug=slug, name=name, plan=plan)
    if planned and not made:
        check = await find_check(session, check.id, lock=True)
        replan(check, replace(plan_of(check), **planned), now)
    return await beat(session, now, check.id, heartbeat)


async def pings_of(session: AsyncSession, check_id: int) -> Sequence[Ping]:
    """List the heartbeats that are kept of a check, newest first."""
    query = select(Ping).where(Ping.check_id == check_id).order_by(Ping.number.desc())
    return (await session.scalars(query.limit(MAX_PINGS))).all()


async def raise_overdue(session: AsyncSession, now: datetime) -> int:
    """Write the report of every check that is silent for too long; returns how many.

    What another process just looks at is left to it. Where nobody looked for a while, heartbeats
    were lost with us: then every check has its grace again.
    """
    if await _was_away(session, now):
        await _give_grace(session, now)
    query = (
        select(Check)
        .join(App, App.id == Check.app_id)
        .where(Check.due_at <= now, App.archived_at.is_(None))
        .order_by(Check.id)
        .limit(MAX_RAISED)
        .with_for_update(of=Check, skip_locked=True)
    )
    checks = (await session.scalars(query)).all()
    reports = [await silent(session, now, check) for check in checks]
    for check in checks:
        check.status, check.due_at = CheckStatus.down, None
    if reports:
        await write_reports(session, reports)
    return len(reports)


async def _was_away(session: AsyncSession, now: datetime) -> bool:
    """Say whether no process looked for longer than AWAY, and note that one does now."""
    noted = await facts.recall(session, LOOKED)
    gap = now - datetime.fromisoformat(noted) if noted else timedelta(0)
    if noted is None or gap >= NOTED_EVERY:
        await facts.remember(session, LOOKED, now.isoformat())
    return gap > AWAY


async def _give_grace(session: AsyncSession, now: datetime) -> None:
    armed = select(Check).where(Check.due_at.is_not(None)).order_by(Check.id).with_for_update()
    for check in (await session.scalars(armed)).all():
        grace = now + timedelta(seconds=check.grace_seconds)
        check.due_at = max(check.due_at or grace, grace)
    await session.flush()


async def _keep(session: AsyncSession, now: datetime, check: Check, heartbeat: Heartbeat) -> None:
    """Add to the history, and forget what is too old."""
    duration = heartbeat.duration
    if duration is None:
        duration = await _time_since_start(session, now, check, heartbeat)
    check.pings += 1
    session.add(
        Ping(
            check_id=check.id,
            number=check.pings,
            at=now,
            kind=heartbeat.kind,
            exit_status=heartbeat.exit_status,
            duration_seconds=None if duration is None else duration.total_seconds(),
            rid=heartbeat.rid,
            body=pack_bytes([heartbeat.body[:BODY_BYTES]])[0],
        )
    )
    if check.pings > MAX_PINGS:
        old = Ping.check_id == check.id, Ping.number <= check.pings - MAX_PINGS
        await session.execute(delete(Ping).where(*old))


async def _time_since_start(
    session: AsyncSession, now: datetime, check: Check, heartbeat: Heartbeat
) -> timedelta | None:
    """Measure a run: nothing but its start must have come with the same rid before its end."""
    nothing_began = check.started_at is None and heartbeat.rid is None
    if nothing_began or heartbeat.kind in {PingKind.start, PingKind.log}:
        return None
    last = (
        select(Ping.kind, Ping.at)
        .where(Ping.check_id == check.id, Ping.kind != PingKind.log)
        .where(Ping.rid.is_not_distinct_from(heartbeat.rid))
        .order_by(Ping.number.desc())
        .limit(1)
    )
    row = (await session.execute(last)).one_or_none()
    began = row and row.kind == PingKind.start and now - row.at <= LONGEST_RUN
    return now - row.at if row and began else None


async def _end(session: AsyncSession, now: datetime, check: Check, heartbeat: Heartbeat) -> None:
    """Take a success or a failure; it ends a run unless that has another rid."""
    has_failed = heartbeat.kind is PingKind.fail
    if has_failed or heartbeat.rid in {None, check.started_rid}:
        check.started_at = check.started_rid = None
    check.last_ping_at = now
    check.status = CheckStatus.down if has_failed else CheckStatus.up
    if has_failed:
        report = await failed(session, now, check, heartbeat.exit_status, heartbeat.body)
        await write_reports(session, [report])
    else:
        await _signal(session, now, check, heartbeat, Signal.resolve)


async def _signal(
    session: AsyncSession, now: datetime, check: Check, heartbeat: Heartbeat, signal: Signal
) -> None:
    await session.flush()
    await signals.apply(session, now, told(check, now, heartbeat.body, signal), check.name)
