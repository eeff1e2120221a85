"""What is still to be shown in Telegram, and what became of it.

A card is state: one row for each incident and chat holds the revision wanted and the revision
shown. Whatever differs is due; what is sent is drawn from the newest state at that moment, so ten
thousand reports are one pending edit.

Guarantee: that a message is begun is committed before the call, and what became of it after, so
a crash in between leaves the card due again; a lost edit repairs itself, and a lost `sendMessage`
can at worst show the card twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core import facts, timeline
from core.cards import Card, card_of
from core.db import dialect_of, insert_into, ring_after_commit
from core.dead_letters import ALIVE
from core.due import Due, Waits, most_urgent, still_due
from core.levels import Level
from core.menus import Menu, menu_of
from core.models import AppChat, Chat, Incident, Storm
from core.models import Card as CardRow
from core.silences import silence_of
from core.urgency import Urgency
from core.wishes import is_pending, left_after, wished_by_people

SENT_AGAIN = "messages_sent_again"
MAX_BACKOFF = timedelta(minutes=10)
DOUBT_PAUSE = timedelta(seconds=30)
URGENT_DOUBT_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A row that is about to be shown as it is now; without a `message_id` it is to be created."""

    kind: Any
    id: int
    chat_id: int
    locale: str
    loud_from: Level
    revision: int
    shown_hash: str | None
    message_id: int | None
    attempts: int
    urgency: int
    doubts: int

    @property
    def comes_again(self) -> bool:
        """Whether an earlier message of it may be there, unknown to us."""
        return self.message_id is None and self.doubts > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWork(Work):
    """A due card, drawn from the newest state; `gathered` if a storm's card stood for it."""

    card: Card
    menu: Menu | None = None
    silenced: bool = False
    gathered: bool = False
    thread_id: int | None = None


async def want(session: AsyncSession, now: datetime, incident_id: int) -> None:
    """Have every card of an incident drawn again, because of what a person did."""
    mine = CardRow.incident_id == incident_id
    await session.execute(update(CardRow).where(mine).values(wished_by_people(now)))
    ring_after_commit(session)


async def chats_of(session: AsyncSession, app_id: int) -> Sequence[Chat]:
    """List the chats an app's cards go to: its own routes, else the default chats."""
    routes = select(AppChat.chat_id).where(AppChat.app_id == app_id)
    own = (await session.scalars(select(Chat).where(Chat.id.in_(routes)).order_by(Chat.id))).all()
    if own:
        return own
    return (await session.scalars(select(Chat).where(Chat.is_default).order_by(Chat.id))).all()


async def route(session: AsyncSession, now: datetime, incident_id: int, app_id: int) -> None:
    """Give an incident, which a person moved, a card in every chat of an app without one."""
    chats = await chats_of(session, app_id)
    rows = [new_card(incident_id, chat.id, now, Urgency.person) for chat in chats]
    if rows:
        await session.execute(insert_cards(dialect_of(session)), rows)
        ring_after_commit(session)


def new_card(incident_id: int, chat_id: int, due_at: datetime, urgency: Urgency) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "chat_id": chat_id,
        "wanted_revision": 1,
        "shown_revision": 0,
        "attempts": 0,
        "due_at": due_at,
        "urgency": urgency,
    }


def insert_cards(dialect: str) -> Any:
    """Make the insert of card rows that leaves the ones there are alone."""
    return insert_into(CardRow, dialect).on_conflict_do_nothing(
        index_elements=["incident_id", "chat_id"]
    )


async def due_cards(session: AsyncSession, now: datetime, limit: int) -> list[Due]:
    """List the card that each open lane gets next, the most urgent first."""
    return await most_urgent(session, "card", CardRow, _may_be_sent, now, limit)


async def begin_cards(session: AsyncSession, now: datetime, card_ids: Collection[int]) -> set[int]:
    """Write down which cards are about to be sent; returns those that may go."""
    return await begin(session, CardRow, _may_be_sent, now, card_ids)


async def begin(
    session: AsyncSession, kind: Any, waits: Waits, now: datetime, ids: Collection[int]
) -> set[int]:
    """Write down what is about to be sent; returns what may go.

    From here a new message may be there without our knowing: until its end is known it is due
    again only after a pause. What somebody else is just changing is left for the next time.
    """
    rows = await still_due(session, kind, waits, now, ids)
    for row in rows:
        if row.message_id is None:
            row.doubts += 1
            row.generation += 1
            row.due_at = now + doubt_pause(row.urgency, row.doubts)
            if row.doubts > 1:
                await facts.count_up(session, SENT_AGAIN)
    return {row.id for row in rows}


async def card_work(
    session: AsyncSession, now: datetime, card_id: int, base_url: str
) -> CardWork | None:
    """Draw a card as it is now; None when the chat shows that already."""
    row = await session.get_one(CardRow, card_id, populate_existing=True)
    if row.wanted_revision == row.shown_revision:
        return None
    chat = await session.get_one(Chat, row.chat_id)
    incident = (
        await session.scalars(
            select(Incident)
            .where(Incident.id == row.incident_id)
            .options(joinedload(Incident.app), joinedload(Incident.assignee))
        )
    ).one()
    last = await timeline.last_status_entry(session, incident.id)
    return CardWork(
        **work_values(row, chat),
        card=replace(card_of(incident, last, base_url), generation=row.generation),
        menu=await menu_of(session, now, row),
        silenced=row.message_id is None
        and await silence_of(session, now, incident.app_id) is not None,
        gathered=row.storm_id is not None,
        thread_id=None if row.message_id else await _topic_of(session, incident.app_id, chat.id),
    )


async def _topic_of(session: AsyncSession, app_id: int, chat_id: int) -> int | None:
    """Find the topic of a chat that an app's new cards go to; None is the chat itself."""
    query = select(AppChat.thread_id).where(AppChat.app_id == app_id, AppChat.chat_id == chat_id)
    return await session.scalar(query)


def work_values(row: CardRow | Storm, chat: Chat) -> dict[str, Any]:
    """Take what every work needs from its row."""
    return {
        "kind": type(row),
        "id": row.id,
        "chat_id": row.chat_id,
        "locale": chat.locale,
        "loud_from": chat.loud_from,
        "revision": row.wanted_revision,
        "shown_hash": row.shown_hash,
        "message_id": row.message_id,
        "attempts": row.attempts,
        "urgency": row.urgency,
        "doubts": row.doubts,
    }


async def mark_shown(
    session: AsyncSession, now: datetime, work: Work, message_id: int, shown_hash: str
) -> None:
    """Record that the chat shows this revision; a newer wish stays due."""
    # A group that became a supergroup meanwhile has left the message behind: then nothing is shown.
    await session.execute(
        update(work.kind)
        .where(work.kind.id == work.id, work.kind.chat_id == work.chat_id)
        .values(
            shown_revision=work.revision,
            shown_hash=shown_hash,
            message_id=message_id,
            attempts=0,
            doubts=0,
            due_at=now,
            urgency=left_after(work.kind, work.revision),
            **ALIVE,
        )
    )


async def put_back(
    session: AsyncSession,
    work: Work,
    due_at: datetime,
    *,
    failed: bool = True,
    message_lost: bool = False,
) -> None:
    """Make a card due again later; a lost message is replaced by a new one.

    Its call surely did nothing; `failed` counts it as a failure in a row.
    """
    values: dict[str, Any] = {
        "due_at": due_at,
        "attempts": work.kind.attempts + int(failed),
        "doubts": work.kind.doubts - int(work.message_id is None),
    }
    if message_lost:
        values |= {"message_id": None, "shown_hash": None, "shown_revision": 0}
    await session.execute(update(work.kind).where(work.kind.id == work.id).values(**values))


async def doubt(session: AsyncSession, now: datetime, work: Work) -> None:
    """Make a card due again whose call may have been applied: an edit is simply repeated, a
    second message waits, for it may be one too many."""
    creates = work.message_id is None
    pause = doubt_pause(work.urgency, work.doubts) if creates else backoff(work.attempts + 1)
    await session.execute(
        update(work.kind)
        .where(work.kind.id == work.id)
        .values(due_at=now + pause, attempts=work.kind.attempts + 1)
    )


def doubt_pause(urgency: int, doubts: int) -> timedelta:
    """How long to wait before what may be there already is sent again; longer each time."""
    first = URGENT_DOUBT_PAUSE if urgency <= Urgency.person else DOUBT_PAUSE
    return min(first * (1 << min(doubts - 1, 16)), MAX_BACKOFF)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures in a row: 1, 2, 4 … seconds, at most 10 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 16)), MAX_BACKOFF)


def _may_be_sent(card: Any) -> ColumnElement[bool]:
    """A card in a storm waits: the storm's own card stands for it."""
    return and_(is_pending(card), not_(card.absorbed))
