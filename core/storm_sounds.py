"""Which storms are heard: those that brought what their chat calls bad, once, when it comes.

A storm's card is edited without a sound, so what makes a silent storm bad is told in a notice.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import delivery
from core.models import Chat, Storm
from core.notices import add_notice
from core.storm_cards import sounding_level
from core.urgency import Urgency
from core.wishes import is_pending

NOTICE_KIND = "storm_worse"


async def begin_storms(session: AsyncSession, now: datetime, ids: Collection[int]) -> set[int]:
    """Write down what is about to be sent, and whether a new message makes a sound."""
    begun = await delivery.begin(session, Storm, is_pending, now, ids)
    new = select(Storm).where(Storm.id.in_(begun), Storm.message_id.is_(None))
    for storm in (await session.scalars(new)).all():
        storm.sounded = await _is_bad(session, now, storm)
    return begun


async def make_heard(session: AsyncSession, now: datetime, storm: Storm) -> None:
    """Tell a chat once that a storm which came silently has become bad."""
    if storm.sounded or storm.message_id is None or not await _is_bad(session, now, storm):
        return
    storm.sounded = True
    key, data = f"{NOTICE_KIND}:{storm.id}", {"storm": storm.id}
    await add_notice(session, now, storm.chat_id, NOTICE_KIND, key, data, urgency=Urgency.person)


async def _is_bad(session: AsyncSession, now: datetime, storm: Storm) -> bool:
    level = await sounding_level(session, now, storm)
    chat = await session.get_one(Chat, storm.chat_id)
    return level is not None and level >= chat.loud_from
