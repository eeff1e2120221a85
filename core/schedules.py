"""When each chat gets its digest. A due time is taken care of once, whoever is first.

The row remembers the due time that was last dealt with, and moving it on is conditional: of two
processes, or of one before and one after a restart, one moves it and writes the notice in the
same transaction. After a longer downtime the newest missed due time is sent, marked as late.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.chats import find_chat
from core.cron import next_after
from core.digest import DAY
from core.errors import InvalidInput
from core.models import Chat, DigestSchedule
from core.notices import add_notice, drop_waiting

CRON_CHARS = 100
DEFAULT_CRON = "0 9 * * *"
LATE_AFTER = timedelta(minutes=10)
LOOKBACK = timedelta(days=366)
MINUTE = timedelta(minutes=1)


async def schedule_of(session: AsyncSession, chat_id: int) -> DigestSchedule | None:
    return await session.get(DigestSchedule, chat_id)


async def all_schedules(session: AsyncSession) -> list[tuple[DigestSchedule, Chat]]:
    """List the schedules and their chats."""
    query = select(DigestSchedule, Chat).join(Chat, Chat.id == DigestSchedule.chat_id)
    return [(schedule, chat) for schedule, chat in await session.execute(query.order_by(Chat.id))]


async def ensure_schedule(session: AsyncSession, now: datetime, chat: Chat) -> DigestSchedule:
    """Give a chat the default schedule, daily at 09:00 in its zone, unless it has one."""
    schedule = await session.get(DigestSchedule, chat.id)
    if schedule is None:
        schedule = DigestSchedule(
            chat_id=chat.id,
            cron=DEFAULT_CRON,
            time_zone=chat.time_zone,
            enabled=True,
            last_due_at=now,
        )
        session.add(schedule)
        await session.flush()
    return schedule


async def set_schedule(
    session: AsyncSession, now: datetime, chat_id: int, cron: str, time_zone: str, *, enabled: bool
) -> DigestSchedule:
    """Change a chat's schedule from now on. Raises InvalidInput for a bad cron line or zone."""
    if time_zone not in available_timezones():
        raise InvalidInput("time_zone", "not a time zone name such as Europe/Moscow")
    cron = " ".join(cron.split())
    if len(cron) > CRON_CHARS:
        raise InvalidInput("cron", f"longer than {CRON_CHARS} characters")
    next_after(cron, ZoneInfo(time_zone), now)
    schedule = await ensure_schedule(session, now, await find_chat(session, chat_id))
    schedule.cron, schedule.time_zone = cron, time_zone
    schedule.enabled, schedule.last_due_at = enabled, now
    await session.flush()
    return schedule


def next_due(schedule: DigestSchedule, after: datetime) -> datetime | None:
    """Find when the next digest is due; None for a line that never comes."""
    return next_after(schedule.cron, ZoneInfo(schedule.time_zone), after)


async def raise_due_digests(session: AsyncSession, now: datetime) -> int:
    """Write the notice of every digest that is due; returns how many."""
    enabled = select(DigestSchedule).where(DigestSchedule.enabled)
    raised = 0
    for schedule in (await session.scalars(enabled.order_by(DigestSchedule.chat_id))).all():
        due_at = last_due(schedule, now)
        if due_at is not None and await _move_on(session, schedule, due_at):
            raised += await _write_notice(session, now, schedule, due_at)
    return raised


def last_due(schedule: DigestSchedule, now: datetime) -> datetime | None:
    """Find the newest due time that nobody has dealt with; None when there is none."""
    following = next_due(schedule, schedule.last_due_at)
    if following is None or following > now:
        return None
    return previous_due(schedule, now + timedelta(microseconds=1))


def previous_due(schedule: DigestSchedule, before: datetime) -> datetime | None:
    """Find the last due time before a moment; None when there was none for a year.

    Halves what is left to search: a line may come every minute, or once a year.
    """
    newest = _due_between(schedule, before - LOOKBACK, before)
    end = before
    while newest and end - newest >= MINUTE:
        middle = newest + (end - newest) / 2
        found = _due_between(schedule, middle, before)
        newest, end = (found, end) if found else (newest, middle)
    return newest


def _due_between(schedule: DigestSchedule, after: datetime, before: datetime) -> datetime | None:
    due_at = next_due(schedule, after)
    return due_at if due_at and due_at < before else None


async def _move_on(session: AsyncSession, schedule: DigestSchedule, due_at: datetime) -> bool:
    moved = await session.execute(
        update(DigestSchedule)
        .where(
            DigestSchedule.chat_id == schedule.chat_id,
            DigestSchedule.last_due_at == schedule.last_due_at,
        )
        .values(last_due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", moved).rowcount == 1


async def _write_notice(
    session: AsyncSession, now: datetime, schedule: DigestSchedule, due_at: datetime
) -> bool:
    since = previous_due(schedule, due_at) or due_at - DAY
    data = {
        "since": since.astimezone(UTC).isoformat(),
        "until": due_at.astimezone(UTC).isoformat(),
        "late": now - due_at > LATE_AFTER,
    }
    await drop_waiting(session, schedule.chat_id, "digest")
    key = f"digest:{schedule.chat_id}:{data['until']}"
    return await add_notice(session, now, schedule.chat_id, "digest", key, data)
