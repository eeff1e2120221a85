"""Another program that takes our bot's updates: remembered for whoever looks, told once an hour.

Telegram gives each update to one of them only, so presses and commands get lost meanwhile.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.models import Chat
from core.notices import add_notice
from core.urgency import Urgency

NOTICE_KIND = "rival"
WHAT_TO_DO = "another program takes this bot's updates: stop it, or give each its own bot"
_SEEN_AT = "rival_seen_at"
_RECENT = timedelta(minutes=10)


async def note_rival(session: AsyncSession, now: datetime) -> None:
    await facts.remember(session, _SEEN_AT, now.isoformat())


async def tell_of_rival(session: AsyncSession, now: datetime) -> None:
    """Write to the default chats, at most once in each hour of the clock."""
    default = select(Chat.id).where(Chat.is_default).order_by(Chat.id)
    for chat_id in (await session.scalars(default)).all():
        key = f"{NOTICE_KIND}:{now:%Y-%m-%dT%H}:{chat_id}"
        await add_notice(session, now, chat_id, NOTICE_KIND, key, {}, urgency=Urgency.page)


async def rival_seen_at(session: AsyncSession, now: datetime) -> datetime | None:
    """When a rival was seen last, None when that is a while ago."""
    seen = await facts.recall(session, _SEEN_AT)
    at = datetime.fromisoformat(seen) if seen else None
    return at if at and now - at <= _RECENT else None
