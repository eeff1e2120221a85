"""The inbox: every update of Telegram is stored before it is confirmed, and handled once.

The same update arriving twice is one row, and so is the same press under another number. A lane
keeps its order: only its first waiting update is handed out, by `due`. `claim` is the first
statement of the transaction that handles an update: of two handlers of one only one commits, and
nobody waits for the other. What fails is tried again later; what fails MAX_ATTEMPTS times, or can
never be read, is set aside, where people see it, and the lane goes on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.errors import NotFound
from core.models import Update

MAX_ATTEMPTS = 3
RETRY_PAUSE = timedelta(seconds=1)  # doubled with each failure
KEPT = timedelta(days=8)  # Telegram begins anew with its numbers after a week without updates
MAX_LISTED = 100
WAITING, DONE, SET_ASIDE = "waiting", "done", "dead"
# Written out, because the databases know their partial indexes by constants only.
_WAITS = Update.status == literal_column(f"'{WAITING}'")
_IS_SET_ASIDE = Update.status == literal_column(f"'{SET_ASIDE}'")


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """A raw update; `lane` is what it must keep its order in: the presser or the chat.

    `query_id` is the press it tells of: Telegram may tell of one press twice.
    """

    update_id: int
    lane: int
    body: str
    query_id: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is in the inbox that is not done."""

    waiting: int
    set_aside: int


async def store(
    session: AsyncSession, now: datetime, bot_id: int, updates: Sequence[NewUpdate]
) -> None:
    """Write down what came; what is there already stays as it is."""
    if not updates:
        return
    rows = [
        {
            "bot_id": bot_id,
            "update_id": new.update_id,
            "query_id": new.query_id,
            "lane": new.lane,
            "body": new.body,
            "status": WAITING,
            "attempts": 0,
            "received_at": now,
        }
        for new in updates
    ]
    await session.execute(insert_into(Update, dialect_of(session)).on_conflict_do_nothing(), rows)


async def due(
    session: AsyncSession,
    now: datetime,
    bot_id: int,
    *,
    except_lanes: Collection[int] = (),
    limit: int = 100,
) -> Sequence[Update]:
    """List the first waiting update of each lane whose time has come, in the order they came."""
    query = (
        select(Update)
        .where(Update.id.in_(_firsts(bot_id)), Update.lane.not_in(list(except_lanes)))
        .where(or_(Update.retry_at.is_(None), Update.retry_at <= now))
        .order_by(Update.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def claim(session: AsyncSession, row_id: int) -> bool:
    """Take an update in the transaction that handles it; False when another has or had it."""
    free = (
        select(Update.id)
        .where(Update.id == row_id, Update.status == WAITING)
        .with_for_update(skip_locked=True)
    )
    taken = await session.execute(
        update(Update)
        .where(Update.id == free.scalar_subquery())
        .values(status=DONE, attempts=Update.attempts + 1)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


async def failed(
    session: AsyncSession, now: datetime, row_id: int, error: str, *, final: bool = False
) -> bool:
    """Record that handling failed, and try again later.

    After MAX_ATTEMPTS, or at once if `final`, the update is set aside: then this is True.
    """
    waiting_row = select(Update).where(Update.id == row_id, Update.status == WAITING)
    row = (await session.scalars(waiting_row.with_for_update())).one_or_none()
    if row is None:
        return False
    row.attempts += 1
    row.error = error.replace("\0", "").encode("utf-8", "replace").decode()[:500]
    row.retry_at = now + RETRY_PAUSE * 2 ** (row.attempts - 1)
    if final or row.attempts >= MAX_ATTEMPTS:
        row.status = SET_ASIDE
    await session.flush()
    return row.status == SET_ASIDE


async def set_aside(session: AsyncSession) -> Sequence[Update]:
    """List what could not be handled, the newest MAX_LISTED first."""
    newest = select(Update).where(_IS_SET_ASIDE).order_by(Update.id.desc())
    return (await session.scalars(newest.limit(MAX_LISTED))).all()


async def replay(session: AsyncSession, row_id: int) -> None:
    """Have an update that was set aside handled as if it had just come. Raises NotFound."""
    await _settle(session, row_id, status=WAITING, attempts=0, retry_at=None)


async def discard(session: AsyncSession, row_id: int) -> None:
    """Let an update that was set aside be forgotten. Raises NotFound."""
    await _settle(session, row_id, status=DONE)


async def backlog(session: AsyncSession) -> Backlog:
    """Count what waits and what is set aside."""
    waiting = await session.scalar(select(func.count()).where(_WAITS))
    set_aside = await session.scalar(select(func.count()).where(_IS_SET_ASIDE))
    return Backlog(waiting or 0, set_aside or 0)


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Delete what is older than any repetition Telegram could still send."""
    await session.execute(
        delete(Update).where(Update.received_at < now - KEPT, Update.status != WAITING)
    )


def _firsts(bot_id: int) -> Select[int]:
    return select(func.min(Update.id)).where(_WAITS, Update.bot_id == bot_id).group_by(Update.lane)


async def _settle(session: AsyncSession, row_id: int, **values: Any) -> None:
    """Take an update out of what is set aside; of two people at once only one does."""
    settled = await session.execute(
        update(Update).where(Update.id == row_id, Update.status == SET_ASIDE).values(**values)
    )
    if cast("CursorResult[Any]", settled).rowcount != 1:
        raise NotFound("update", row_id)
