"""Dead letters: cards and notices that Telegram will not take however often they are sent.

They are no copies: the row of the card or the notice keeps the error, and when it came first and
last. A card is sent again by itself when something new is to be shown; whatever arrives is no
dead letter any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import UtcDateTime, ring_after_commit
from core.errors import NotFound
from core.models import Card, Chat, Notice, Storm

MAX_LISTED = 100
ERROR_CHARS = 500


class Kind(StrEnum):
    """What was to be sent."""

    card = "card"
    notice = "notice"


Letter = type[Card] | type[Storm] | type[Notice]
_TABLES: dict[Kind, type[Card] | type[Notice]] = {Kind.card: Card, Kind.notice: Notice}
ALIVE: dict[str, Any] = {"error": None, "first_failed_at": None, "last_failed_at": None}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What was given up: the card of an incident, or a notice of some kind."""

    kind: Kind
    id: int
    chat: str
    incident: int | None
    notice: str | None
    error: str
    first_at: datetime
    last_at: datetime


def death_of(
    table: type[Card] | type[Storm] | type[Notice], now: datetime, reason: str
) -> dict[str, Any]:
    """Make the values that a row gets when it is given up."""
    return {
        "error": reason[:ERROR_CHARS],
        "first_failed_at": func.coalesce(table.first_failed_at, literal(now, UtcDateTime)),
        "last_failed_at": now,
    }


async def give_up_redrawn(
    session: AsyncSession,
    now: datetime,
    kind: type[Card] | type[Storm],
    row_id: int,
    revision: int,
    reason: str,
) -> None:
    """Let a card rest as it is until something newer is to be shown."""
    given_up = update(kind).where(kind.id == row_id)
    await session.execute(
        given_up.values(
            shown_revision=revision, attempts=0, doubts=0, due_at=now, **death_of(kind, now, reason)
        )
    )


async def give_up_notice(session: AsyncSession, now: datetime, notice_id: int, reason: str) -> None:
    given_up = update(Notice).where(Notice.id == notice_id)
    await session.execute(given_up.values(status="failed", **death_of(Notice, now, reason)))


async def dead_letters(session: AsyncSession) -> list[DeadLetter]:
    """List what was given up, the newest first."""
    found = [*await _dead_cards(session), *await _dead_notices(session)]
    return sorted(found, key=lambda one: one.last_at, reverse=True)[:MAX_LISTED]


async def count_dead(session: AsyncSession) -> int:
    counts = [
        await session.scalar(select(func.count()).where(table.last_failed_at.is_not(None)))
        for table in _TABLES.values()
    ]
    return sum(count or 0 for count in counts)


async def replay(session: AsyncSession, now: datetime, kind: Kind, letter_id: int) -> None:
    """Send a dead letter once more, as things are now. Raises NotFound when it is none."""
    again: dict[Kind, dict[str, Any]] = {
        Kind.card: {"wanted_revision": Card.wanted_revision + 1},
        Kind.notice: {"status": "waiting"},
    }
    values = {**again[kind], "due_at": now, "attempts": 0, "doubts": 0, "last_failed_at": None}
    await _settle(session, kind, letter_id, values)
    ring_after_commit(session)


async def discard(session: AsyncSession, kind: Kind, letter_id: int) -> None:
    """Forget that something could not be sent. Raises NotFound when it is none."""
    await _settle(session, kind, letter_id, ALIVE)


async def _settle(
    session: AsyncSession, kind: Kind, letter_id: int, values: dict[str, Any]
) -> None:
    table = _TABLES[kind]
    dead = update(table).where(table.id == letter_id, table.last_failed_at.is_not(None))
    settled = await session.execute(dead.values(values))
    if not cast("CursorResult[Any]", settled).rowcount:
        raise NotFound("dead letter", f"{kind} {letter_id}")


async def _dead_cards(session: AsyncSession) -> Sequence[DeadLetter]:
    query = _newest(Card)
    return [
        _letter(Kind.card, card, chat, incident=card.incident_id)
        for card, chat in await session.execute(query)
    ]


async def _dead_notices(session: AsyncSession) -> Sequence[DeadLetter]:
    query = _newest(Notice)
    return [
        _letter(Kind.notice, notice, chat, notice=notice.kind)
        for notice, chat in await session.execute(query)
    ]


def _newest(table: Any) -> Any:
    """Select rows that were given up, with their chats."""
    return (
        select(table, Chat)
        .join(Chat, Chat.id == table.chat_id)
        .where(table.last_failed_at.is_not(None))
        .order_by(table.last_failed_at.desc())
        .limit(MAX_LISTED)
    )


def _letter(
    kind: Kind,
    row: Any,
    chat: Chat,
    *,
    incident: int | None = None,
    notice: str | None = None,
) -> DeadLetter:
    name = chat.title or str(chat.id)
    first_at = row.first_failed_at or row.last_failed_at
    error = row.error or ""
    return DeadLetter(kind, row.id, name, incident, notice, error, first_at, row.last_failed_at)
