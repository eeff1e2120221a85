"""Notices: messages that are events and make a sound, each written with the fact that caused it.

That a notice is about to be sent is committed before the call. One whose outcome stays unknown is
not repeated, because a digest that comes twice is worse than the rare one that is missing; but a
page is, and says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, literal_column, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.db import dialect_of, insert_into, ring_after_commit
from core.dead_letters import ALIVE
from core.delivery import SENT_AGAIN, doubt_pause
from core.due import Due, most_urgent, still_due
from core.models import Chat, Notice
from core.urgency import Urgency

LATEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class NoticeWork:
    """A notice that is about to be sent, and the language and zone of its chat."""

    id: int
    chat_id: int
    locale: str
    time_zone: str
    kind: str
    data: dict[str, Any]
    attempts: int
    urgency: int
    doubts: int

    @property
    def is_page(self) -> bool:
        return self.urgency == Urgency.page

    @property
    def comes_again(self) -> bool:
        """Whether it may have come already."""
        return self.doubts > 1


async def add_notice(
    session: AsyncSession,
    now: datetime,
    chat_id: int,
    kind: str,
    key: str,
    data: dict[str, Any],
    *,
    urgency: Urgency = Urgency.rest,
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
            urgency=urgency,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    ring_after_commit(session)
    return cast("CursorResult[Any]", added).rowcount == 1


async def due_notices(session: AsyncSession, now: datetime, limit: int) -> list[Due]:
    """List the notice that each open lane gets next, the most urgent first."""
    return await most_urgent(session, "notice", Notice, _is_waiting, now, limit)


async def begin_notices(
    session: AsyncSession, now: datetime, notice_ids: Collection[int]
) -> set[int]:
    """Write down what is about to be sent; returns the notices that may go.

    From here until `finish_notice` the outcome is unknown: a page is due again after a pause, any
    other notice is not.
    """
    rows = await still_due(session, Notice, _is_waiting, now, notice_ids)
    for row in rows:
        row.attempts += 1
        row.doubts += 1
        if row.urgency == Urgency.page:
            row.due_at = now + doubt_pause(row.urgency, row.doubts)
            if row.doubts > 1:
                await facts.count_up(session, SENT_AGAIN)
        else:
            row.status = "sending"
    return {row.id for row in rows}


async def notice_work(session: AsyncSession, notice_id: int) -> NoticeWork:
    notice = await session.get_one(Notice, notice_id, populate_existing=True)
    chat = await session.get_one(Chat, notice.chat_id)
    return NoticeWork(
        id=notice.id,
        chat_id=chat.id,
        locale=chat.locale,
        time_zone=chat.time_zone,
        kind=notice.kind,
        data=notice.data,
        attempts=notice.attempts,
        urgency=notice.urgency,
        doubts=notice.doubts,
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
            **{**ALIVE, "error": None if error is None else error[:500]},
        )
    )


async def postpone_notice(session: AsyncSession, work: NoticeWork, due_at: datetime) -> None:
    """Put back a notice that surely was not sent."""
    await session.execute(
        update(Notice)
        .where(Notice.id == work.id)
        .values(status="waiting", due_at=due_at, doubts=Notice.doubts - 1)
    )


async def doubt_notice(session: AsyncSession, now: datetime, work: NoticeWork, error: str) -> None:
    """Settle a notice that may have been sent: a page is sent again after a pause."""
    if not work.is_page:
        await finish_notice(session, work.id, error=error)
        return
    due_at = now + doubt_pause(work.urgency, work.doubts)
    await session.execute(update(Notice).where(Notice.id == work.id).values(due_at=due_at))


async def give_up_unknown(session: AsyncSession, chat_ids: Collection[int]) -> None:
    """Close the notices that a process which is gone had in hand in these chats."""
    await session.execute(
        update(Notice)
        .where(Notice.status == "sending", Notice.chat_id.in_(chat_ids))
        .values(status="failed", error="the program ended while it was being sent")
    )


async def drop_waiting(session: AsyncSession, chat_id: int, kind: str) -> None:
    """Close the notices of a kind that could not be sent yet, because a newer one replaces them."""
    await session.execute(
        update(Notice)
        .where(Notice.chat_id == chat_id, Notice.kind == kind, Notice.status == "waiting")
        .values(status="failed", error="a newer one took its place")
    )


async def drop_late(session: AsyncSession, now: datetime) -> None:
    """Close what waited so long that it is no news any more; a page never is that late."""
    late = update(Notice).where(
        _is_waiting(Notice), Notice.urgency != Urgency.page, Notice.created_at < now - LATEST
    )
    await session.execute(late.values(status="failed", error="it could not be sent in time"))


def _is_waiting(notice: Any) -> ColumnElement[bool]:
    # The status stands in the text, not in a parameter: else the partial index is no use.
    waiting: ColumnElement[bool] = notice.status == literal_column("'waiting'")
    return waiting
