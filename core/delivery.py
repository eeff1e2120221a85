"""What is still to be shown in Telegram, and what became of it.

A card is state: one row for each incident and chat holds the revision wanted and the revision
shown. Whatever differs is due; what is sent is drawn from the newest state at that moment, so ten
thousand reports are one pending edit.

Guarantee: a card is claimed before the call and marked after it, so a crash in between leaves it
due again; a lost edit repairs itself, and a lost `sendMessage` can at worst show the card twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core import timeline
from core.cards import Card, card_of
from core.db import dialect_of, insert_into, ring_after_commit
from core.levels import Level
from core.menus import Menu, menu_of
from core.models import AppChat, Chat, Incident
from core.models import Card as CardRow
from core.silences import silence_of

CLAIM = timedelta(seconds=40)
MAX_BACKOFF = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DueCard:
    """A card whose chat shows something older than what is wanted."""

    id: int
    chat_id: int
    new: bool


@dataclass(frozen=True, slots=True)
class CardWork:
    """A claimed card, drawn from the newest state; without a `message_id` it is to be created."""

    id: int
    chat_id: int
    locale: str
    card: Card
    revision: int
    shown_hash: str | None
    message_id: int | None
    attempts: int
    menu: Menu | None = None
    silenced: bool = False


async def want(session: AsyncSession, incident_id: int) -> None:
    """Have every card of an incident drawn again."""
    await session.execute(
        update(CardRow)
        .where(CardRow.incident_id == incident_id)
        .values(wanted_revision=CardRow.wanted_revision + 1)
    )
    ring_after_commit(session)


async def chats_of(session: AsyncSession, app_id: int) -> Sequence[Chat]:
    """List the chats an app's cards go to: its own routes, else the default chats."""
    routes = select(AppChat.chat_id).where(AppChat.app_id == app_id)
    own = (await session.scalars(select(Chat).where(Chat.id.in_(routes)).order_by(Chat.id))).all()
    if own:
        return own
    return (await session.scalars(select(Chat).where(Chat.is_default).order_by(Chat.id))).all()


async def route(session: AsyncSession, now: datetime, incident_id: int, app_id: int) -> None:
    """Give an incident a card in every chat of an app that has none of it yet."""
    chats = await chats_of(session, app_id)
    rows = [new_card(incident_id, chat.id, now) for chat in chats]
    if rows:
        await session.execute(insert_cards(dialect_of(session)), rows)
        ring_after_commit(session)


def new_card(incident_id: int, chat_id: int, due_at: datetime) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "chat_id": chat_id,
        "wanted_revision": 1,
        "shown_revision": 0,
        "attempts": 0,
        "due_at": due_at,
    }


def insert_cards(dialect: str) -> Any:
    """Make the insert of card rows that leaves the ones there are alone."""
    return insert_into(CardRow, dialect).on_conflict_do_nothing(
        index_elements=["incident_id", "chat_id"]
    )


async def due_cards(
    session: AsyncSession, now: datetime, *, except_chats: Collection[int], limit: int
) -> list[DueCard]:
    """List cards to send: new crit cards, then edits, then other new ones; the oldest first."""
    is_new = CardRow.message_id.is_(None)
    urgency = case(
        (is_new & (Incident.level == Level.crit), 0), (CardRow.message_id.is_not(None), 1), else_=2
    )
    query = (
        select(CardRow.id, CardRow.chat_id, is_new)
        .join(Incident, Incident.id == CardRow.incident_id)
        .join(Chat, Chat.id == CardRow.chat_id)
        .where(
            CardRow.wanted_revision != CardRow.shown_revision,
            CardRow.due_at <= now,
            Chat.disabled_at.is_(None),
            CardRow.chat_id.not_in(list(except_chats)),
        )
        .order_by(urgency, CardRow.id)
        .limit(limit)
    )
    return [DueCard(*row) for row in (await session.execute(query)).all()]


async def claim_card(
    session: AsyncSession, now: datetime, card_id: int, base_url: str
) -> CardWork | None:
    """Take a due card for CLAIM; None when another process was first or nothing is due."""
    taken = await session.execute(
        update(CardRow)
        .where(
            CardRow.id == card_id,
            CardRow.due_at <= now,
            CardRow.wanted_revision != CardRow.shown_revision,
        )
        .values(due_at=now + CLAIM, attempts=CardRow.attempts + 1)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        return None
    row, chat = await _card_with_chat(session, card_id)
    incident = (
        await session.scalars(
            select(Incident)
            .where(Incident.id == row.incident_id)
            .options(joinedload(Incident.app), joinedload(Incident.assignee))
        )
    ).one()
    last = await timeline.last_status_entry(session, incident.id)
    return CardWork(
        id=row.id,
        chat_id=row.chat_id,
        locale=chat.locale,
        card=card_of(incident, last, base_url),
        revision=row.wanted_revision,
        shown_hash=row.shown_hash,
        message_id=row.message_id,
        attempts=row.attempts,
        menu=await menu_of(session, now, row),
        silenced=await silence_of(session, now, incident.app_id) is not None,
    )


async def mark_shown(
    session: AsyncSession, now: datetime, work: CardWork, message_id: int, shown_hash: str
) -> None:
    """Record that the chat shows this revision; a newer wish stays due."""
    await session.execute(
        update(CardRow)
        .where(CardRow.id == work.id)
        .values(
            shown_revision=work.revision,
            shown_hash=shown_hash,
            message_id=message_id,
            attempts=0,
            due_at=now,
        )
    )


async def put_back(
    session: AsyncSession, work: CardWork, due_at: datetime, *, message_lost: bool = False
) -> None:
    """Make a card due again later; a lost message is replaced by a new one."""
    values: dict[str, Any] = {"due_at": due_at}
    if message_lost:
        values |= {"message_id": None, "shown_hash": None, "shown_revision": 0}
    await session.execute(update(CardRow).where(CardRow.id == work.id).values(**values))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures in a row: 1, 2, 4 … seconds, at most 10 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 16)), MAX_BACKOFF)


async def release_claims(session: AsyncSession, now: datetime) -> None:
    """Forget the claims of a process that is gone; only for the one process of an SQLite file."""
    await session.execute(
        update(CardRow)
        .where(CardRow.wanted_revision != CardRow.shown_revision, CardRow.due_at > now)
        .values(due_at=now)
    )


async def _card_with_chat(session: AsyncSession, card_id: int) -> tuple[CardRow, Chat]:
    row = await session.get_one(CardRow, card_id, populate_existing=True)
    return row, await session.get_one(Chat, row.chat_id)
