"""Notices: messages that are events and make a sound, each written with the fact that caused it.

A notice is claimed before it is sent. One whose outcome a crash left unknown is not repeated: a
digest that comes twice is worse than the rare one that is missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into, ring_after_commit
from core.models import Chat, Notice


@dataclass(frozen=True, slots=True)
class NoticeWork:
    """A claimed notice and the language and zone of its chat."""

    id: int
    chat_id: int
    locale: str
    time_zone: str
    kind: str
    data: dict[str, Any]
    attempts: int


async def add_notice(
    session: AsyncSession, now: datetime, chat_id: int, kind: str, key: str, data: dict[str, Any]
) -> bool:
    """Write a notice in the transaction of its fact; False when this key has one already."""
    added = await session.execute(
        insert_into(Notice, dialect_of(session))
        .values(
            chat_id=chat_id,
            kind=kind,
            key=key,
            data=data,
            status="waiting",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    ring_after_commit(session)
    return cast("CursorResult[Any]", added).rowcount == 1


async def due_notices(
    session: AsyncSession, now: datetime, *, except_chats: Collection[int], limit: int
) -> Sequence[Row[int, int]]:
    """List (id, chat id) of notices to send, oldest first."""
    query = (
        select(Notice.id, Notice.chat_id)
        .join(Chat, Chat.id == Notice.chat_id)
        .where(
            Notice.status == "waiting",
            Notice.due_at <= now,
            Chat.disabled_at.is_(None),
            Notice.chat_id.not_in(list(except_chats)),
        )
        .order_by(Notice.id)
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def claim_notice(session: AsyncSession, notice_id: int) -> NoticeWork | None:
    """Take a notice; from here until `finish_notice` its outcome is unknown."""
    taken = await session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.status == "waiting")
        .values(status="sending", attempts=Notice.attempts + 1)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        return None
    notice = await session.get_one(Notice, notice_id, populate_existing=True)
    chat = await session.get_one(Chat, notice.chat_id)
    return NoticeWork(
        notice.id, chat.id, chat.locale, chat.time_zone, notice.kind, notice.data, notice.attempts
    )


async def finish_notice(
    session: AsyncSession,
    notice_id: int,
    *,
    message_id: int | None = None,
    error: str | None = None,
) -> None:
    """Record the end of a notice: sent as this message, or failed for this reason."""
    await session.execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(
            status="sent" if error is None else "failed",
            message_id=message_id,
            error=None if error is None else error[:500],
        )
    )


async def postpone_notice(session: AsyncSession, notice_id: int, due_at: datetime) -> None:
    """Put back a notice that surely was not sent."""
    await session.execute(
        update(Notice).where(Notice.id == notice_id).values(status="waiting", due_at=due_at)
    )


async def give_up_unknown(session: AsyncSession) -> None:
    """Close the notices that a process which is gone had in hand; only when no other lives."""
    await session.execute(
        update(Notice)
        .where(Notice.status == "sending")
        .values(status="failed", error="the program ended while it was being sent")
    )


async def drop_waiting(session: AsyncSession, chat_id: int, kind: str) -> None:
    """Close the notices of a kind that could not be sent yet, because a newer one replaces them."""
    await session.execute(
        update(Notice)
        .where(Notice.chat_id == chat_id, Notice.kind == kind, Notice.status == "waiting")
        .values(status="failed", error="a newer one took its place")
    )
