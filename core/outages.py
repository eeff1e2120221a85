"""Long outages: a chat that could not be reached for OUTAGE gets one message that says what
happened meanwhile, and then the cards of what is still open, instead of all that was missed.

While that message waits no card goes into its chat; once it is there, cards of what is over that
nobody ever saw are dropped.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import ring_after_commit
from core.due import CATCH_UP
from core.lifecycle import UNRESOLVED
from core.models import Card, Chat, Entry, Incident, Notice
from core.notices import add_notice
from core.timeline import Kind
from core.urgency import Urgency

OUTAGE = timedelta(minutes=10)
WORTH_HURRYING = timedelta(minutes=2)
ERROR_CHARS = 500


@dataclass(frozen=True, slots=True)
class Missed:
    """How many incidents of a chat opened and were resolved while it got nothing."""

    opened: int
    resolved: int


async def note_away(session: AsyncSession, now: datetime, chat_id: int, said: str) -> None:
    """Keep since when a chat cannot be reached; after OUTAGE what happens is told in one go."""
    chat = await session.get_one(Chat, chat_id, populate_existing=True)
    if chat.away_since is None:
        chat.away_since = now
    chat.last_error = said[:ERROR_CHARS]
    await plan_catch_up(session, now, chat_id, chat.away_since)


async def note_reached(session: AsyncSession, chat_id: int) -> None:
    here = update(Chat).where(Chat.id == chat_id, Chat.away_since.is_not(None))
    await session.execute(here.values(away_since=None))


async def plan_catch_up(
    session: AsyncSession, now: datetime, chat_id: int, since: datetime
) -> None:
    """Have a chat told what it missed, once for an outage that was long."""
    if now - since < OUTAGE:
        return
    data = {"since": since.isoformat()}
    key = f"{CATCH_UP}:{chat_id}:{data['since']}"
    await add_notice(session, now, chat_id, CATCH_UP, key, data, urgency=Urgency.page)


async def caught_up(session: AsyncSession, chat_id: int) -> None:
    """Drop the cards that nobody saw of what is over: the catch-up has told of it."""
    over = select(Incident.id).where(Incident.status.not_in(UNRESOLVED))
    unseen = update(Card).where(
        Card.chat_id == chat_id, Card.message_id.is_(None), Card.incident_id.in_(over)
    )
    await session.execute(unseen.values(shown_revision=Card.wanted_revision))


async def missed(session: AsyncSession, chat_id: int, since: datetime) -> Missed:
    """Count what happened to the incidents of a chat since it got nothing."""
    happened = (
        select(func.count(Entry.incident_id.distinct()))
        .join(Card, Card.incident_id == Entry.incident_id)
        .where(Card.chat_id == chat_id)
    )
    # The first that could not be sent opened a little before the outage was noticed.
    opened = (Entry.at >= since) | Card.message_id.is_(None)
    return Missed(
        opened=await session.scalar(happened.where(Entry.kind == Kind.opened, opened)) or 0,
        resolved=await session.scalar(
            happened.where(Entry.kind == Kind.resolved, Entry.at >= since)
        )
        or 0,
    )


async def any_away(session: AsyncSession, now: datetime) -> bool:
    away = select(Chat.id).where(Chat.away_since <= now - WORTH_HURRYING)
    return await session.scalar(away.limit(1)) is not None


async def hurry(session: AsyncSession, now: datetime) -> None:
    """Have what waits for chats that were away tried at once: Telegram is back."""
    away = select(Chat.id).where(Chat.away_since <= now - WORTH_HURRYING)
    cards = update(Card).where(Card.wanted_revision != Card.shown_revision)
    notices = update(Notice).where(Notice.status == literal_column("'waiting'"))
    await session.execute(cards.where(Card.chat_id.in_(away), Card.due_at > now).values(due_at=now))
    await session.execute(
        notices.where(Notice.chat_id.in_(away), Notice.due_at > now).values(due_at=now)
    )
    ring_after_commit(session)
