"""How the chats are: what a refusal says about one, and what is done then.

A chat that refuses us gets nothing until it takes messages again; what is bad and open there is
raised elsewhere at once. One that Telegram lets wait for minutes still gets all, but late.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import outages, stand_ins
from core.chat_moves import move_chat
from core.db import ring_after_commit
from core.errors import DeliveryError
from core.models import Chat
from core.remedies import Health, Remedy, Trouble

LONG_WAIT = timedelta(minutes=2)
ERROR_CHARS = 500
MAX_PROBED = 100


def trouble_of(chat: Chat, now: datetime) -> Trouble | None:
    """Say what is wrong with a chat now; None when nothing is."""
    if chat.disabled_at:
        return Trouble(chat.trouble or Trouble.refused)
    if chat.slow_until and chat.slow_until > now:
        return Trouble.slow
    away = chat.away_since and now - chat.away_since >= outages.OUTAGE
    return Trouble.away if away else None


def health_of(chat: Chat, now: datetime) -> Health:
    if chat.disabled_at:
        return Health.disabled
    return Health.degraded if trouble_of(chat, now) else Health.ok


async def take_refusal(
    session: AsyncSession, now: datetime, chat_id: int, error: DeliveryError
) -> None:
    """Draw the conclusions for the chat of a call that failed; for its card or notice others do."""
    if error.new_chat_id:
        await move_chat(session, now, chat_id, error.new_chat_id)
    elif error.trouble:
        await disable(session, now, chat_id, error.trouble, error.reason)
    elif error.remedy in {Remedy.repeat, Remedy.unknown}:
        await outages.note_away(session, now, chat_id, error.reason)
    elif error.retry_after and timedelta(seconds=error.retry_after) > LONG_WAIT:
        until = now + timedelta(seconds=error.retry_after)
        await slow_down(session, now, chat_id, until, error.reason)


async def disable(
    session: AsyncSession, now: datetime, chat_id: int, trouble: Trouble, said: str = ""
) -> None:
    """Send a chat nothing more; the first to see it has people told elsewhere."""
    ill = update(Chat).where(Chat.id == chat_id)
    ill = ill.values(trouble=trouble, last_error=said[:ERROR_CHARS] or None)
    first = ill.where(Chat.disabled_at.is_(None)).values(disabled_at=now)
    told = await session.execute(first)
    if cast("CursorResult[Any]", told).rowcount:
        await stand_ins.show_open(session, now)
        await stand_ins.tell(session, now, chat_id, trouble, outage=now)
    else:
        await session.execute(ill)


async def slow_down(
    session: AsyncSession, now: datetime, chat_id: int, until: datetime, reason: str
) -> None:
    """Keep that a chat gets everything late, and have people told elsewhere once meanwhile."""
    waits = update(Chat).where(Chat.id == chat_id).values(last_error=reason[:ERROR_CHARS])
    first = waits.where(Chat.slow_until.is_(None) | (Chat.slow_until <= now))
    told = await session.execute(first.values(slow_until=until))
    if cast("CursorResult[Any]", told).rowcount:
        await stand_ins.tell(session, now, chat_id, Trouble.slow, outage=until)
    else:
        await session.execute(waits.values(slow_until=until))


async def enable(session: AsyncSession, now: datetime, chat_id: int) -> None:
    """Serve a chat again: whatever waits for it is due, after a catch-up if it was long."""
    since = await session.scalar(select(Chat.disabled_at).where(Chat.id == chat_id))
    if since:
        await outages.plan_catch_up(session, now, chat_id, since)
    well = {"disabled_at": None, "trouble": None, "last_error": None, "slow_until": None}
    await session.execute(update(Chat).where(Chat.id == chat_id).values(**well))
    ring_after_commit(session)


async def disabled_chats(session: AsyncSession) -> Sequence[int]:
    """List the chats to look after, the longest disabled first."""
    query = select(Chat.id).where(Chat.disabled_at.is_not(None))
    return (await session.scalars(query.order_by(Chat.disabled_at).limit(MAX_PROBED))).all()
