"""The inbox: every update of Telegram is stored before it is confirmed, and handled once.

The same update arriving twice is one row. `claim` is the first statement of the transaction that
handles an update: of two handlers of one update only one commits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.models import Update

MAX_ATTEMPTS = 3
KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """A raw update; `lane` is what it must keep its order in: the presser or the chat."""

    update_id: int
    lane: int
    body: str


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
            "lane": new.lane,
            "body": new.body,
            "status": "waiting",
            "attempts": 0,
            "received_at": now,
        }
        for new in updates
    ]
    statement = insert_into(Update, dialect_of(session)).on_conflict_do_nothing(
        index_elements=["bot_id", "update_id"]
    )
    await session.execute(statement, rows)


async def waiting(
    session: AsyncSession, bot_id: int, *, except_lanes: Collection[int] = (), limit: int = 100
) -> Sequence[Update]:
    """List what is to be handled, in the order it came."""
    query = (
        select(Update)
        .where(Update.status == "waiting", Update.bot_id == bot_id)
        .where(Update.lane.not_in(list(except_lanes)))
        .order_by(Update.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def claim(session: AsyncSession, row_id: int) -> bool:
    """Take an update in the transaction that handles it; False when it was handled already."""
    taken = await session.execute(
        update(Update)
        .where(Update.id == row_id, Update.status == "waiting")
        .values(status="done", attempts=Update.attempts + 1)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


async def failed(session: AsyncSession, row_id: int, error: str, *, final: bool = False) -> None:
    """Record that handling failed; after MAX_ATTEMPTS, or at once if `final`, it is set aside."""
    waiting_row = select(Update).where(Update.id == row_id, Update.status == "waiting")
    row = (await session.scalars(waiting_row.with_for_update())).one_or_none()
    if row is None:
        return
    row.attempts += 1
    row.error = error.replace("\0", "").encode("utf-8", "replace").decode()[:500]
    if final or row.attempts >= MAX_ATTEMPTS:
        row.status = "dead"
    await session.flush()


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Delete what is older than any repetition Telegram could still send."""
    await session.execute(
        delete(Update).where(Update.received_at < now - KEPT, Update.status != "waiting")
    )
