"""What each chat gets next of what waits for it, the most urgent first."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.db import UtcDateTime
from core.models import Card, Chat, Lane, Notice, Storm
from core.urgency import COUNTERS, LEAST_URGENT_OF_PEOPLE, Urgency

CATCH_UP = "catch_up"  # the kind of notice that goes before all cards of its chat
PATIENCE = timedelta(seconds=0.5)  # of a person whose edit the pages of other chats hold up

Kind = type[Card] | type[Notice] | type[Storm]
Waits = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Due:
    """What a chat gets next: the most urgent, and of those what has waited longest."""

    kind: str
    id: int
    chat_id: int
    urgency: int
    due_at: datetime


async def most_urgent(
    session: AsyncSession, name: str, kind: Kind, waits: Waits, now: datetime, limit: int
) -> list[Due]:
    """List what each open lane gets next of a kind of work, the most urgent first.

    What a person has waited for longer than her patience goes like a page.
    """
    values = {"now": now, "impatient": now - PATIENCE, "most": limit}
    return [Due(name, *row) for row in await session.execute(_most_urgent(kind, waits), values)]


@cache
def _most_urgent(kind: Kind, waits: Waits) -> Select[int, int, int, datetime]:
    """Make the statement once: it is asked many times a second."""
    one, now = aliased(kind), bindparam("now", type_=UtcDateTime)
    impatient = and_(
        kind.urgency == Urgency.person, kind.due_at <= bindparam("impatient", type_=UtcDateTime)
    )
    urgency = case((impatient, Urgency.page), else_=kind.urgency)
    first = (
        select(one.id)
        .where(one.chat_id == Lane.chat_id, waits(one), one.due_at <= now, _may(one.urgency, now))
        .order_by(one.urgency, one.due_at, one.id)
        .limit(1)
        .correlate(Lane)
        .scalar_subquery()
    )
    return (
        select(kind.id, kind.chat_id, urgency, kind.due_at)
        .select_from(Lane)
        .join(Chat, Chat.id == Lane.chat_id)
        .join(kind, kind.id == first)
        .where(Lane.lease_owner.is_(None), Lane.urgent_open_at <= now, _chat_takes(kind))
        .order_by(urgency, kind.due_at, kind.id)
        .limit(bindparam("most", type_=Integer))
    )


async def still_due(
    session: AsyncSession, kind: Any, waits: Waits, now: datetime, ids: Collection[int]
) -> Sequence[Any]:
    """Lock the rows that are due still; what somebody else is just changing is left out."""
    rows = (
        select(kind)
        .where(kind.id.in_(ids), waits(kind), kind.due_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(rows)).all()


def _chat_takes(kind: Kind) -> ColumnElement[bool]:
    """Whether a chat takes anything; cards let a catch-up go first."""
    served = Chat.disabled_at.is_(None)
    if kind is Notice:
        return served
    first = select(Notice.id).where(
        Notice.chat_id == Lane.chat_id,
        Notice.status == literal_column("'waiting'"),
        Notice.kind == CATCH_UP,
    )
    return served & ~first.correlate(Lane).exists()


def _may(urgency: Any, now: Any) -> ColumnElement[bool]:
    """The rule of `lanes.is_open` in SQL, for a lane that is open to the urgent."""
    return and_(
        or_(urgency <= LEAST_URGENT_OF_PEOPLE, Lane.open_at <= now),
        or_(urgency.not_in(COUNTERS), Lane.counter_open_at <= now),
    )
