"""Snoozes that are over: what was put aside is open again, and its chats are told of it.

The edit of a card makes no sound, so each chat gets one notice of all that is open again in it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.incidents import act, find
from core.lifecycle import Action, Status
from core.models import Card, Chat, Incident, Silence
from core.notices import add_notice
from core.timeline import SYSTEM
from core.urgency import Urgency

NOTICE_KIND = "woken"


async def wake_snoozed(session: AsyncSession, now: datetime, limit: int = 100) -> int:
    """Reopen the incidents whose snooze is over; returns how many."""
    over = (
        select(Incident.id)
        .where(Incident.status == Status.snoozed, Incident.snoozed_until <= now)
        .order_by(Incident.id)
        .limit(limit)
    )
    woken = []
    for incident_id in (await session.scalars(over)).all():
        incident = await find(session, incident_id, lock=True)
        # Somebody may have resolved it, or snoozed it again, while we waited for the lock.
        if incident.status is Status.snoozed and (incident.snoozed_until or now) <= now:
            await act(session, now, incident_id, Action.reopen, SYSTEM)
            woken.append(incident_id)
    await _tell(session, now, woken)
    return len(woken)


async def _tell(session: AsyncSession, now: datetime, incident_ids: Collection[int]) -> None:
    shown = (
        select(Card.chat_id, Card.incident_id)
        .where(Card.incident_id.in_(incident_ids), Card.message_id.is_not(None))
        .order_by(Card.chat_id, Card.incident_id)
    )
    by_chat: dict[int, list[int]] = {}
    for chat_id, incident_id in await session.execute(shown):
        by_chat.setdefault(chat_id, []).append(incident_id)
    for chat_id, ids in by_chat.items():
        key = f"{NOTICE_KIND}:{now.isoformat()}:{chat_id}"
        data = {
            "incident": ids[0] if len(ids) == 1 else None,
            "incidents": ids,
            "silent": not await _is_heard(session, now, chat_id, ids),
        }
        await add_notice(session, now, chat_id, NOTICE_KIND, key, data, urgency=Urgency.person)


async def _is_heard(
    session: AsyncSession, now: datetime, chat_id: int, incident_ids: Collection[int]
) -> bool:
    """Whether any of these is bad to the chat, and of an app that is not silenced."""
    loud_from = select(Chat.loud_from).where(Chat.id == chat_id).scalar_subquery()
    silenced = select(Silence.app_id).where(Silence.silent_until > now)
    bad = select(Incident.id).where(
        Incident.id.in_(incident_ids),
        Incident.level >= loud_from,
        Incident.app_id.not_in(silenced),
    )
    return await session.scalar(bad.limit(1)) is not None
