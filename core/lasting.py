"""Incidents that last only as long as their sender repeats itself: who stops saying it ends it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.incidents import act, find
from core.lifecycle import Action, Status
from core.models import Incident
from core.timeline import Actor, Source

MAX_ENDED = 100
ENDED_BY = Actor("nobody repeats it", Source.app)


async def last_until(session: AsyncSession, until: Mapping[int, datetime]) -> None:
    """Have incidents, by id, end by themselves unless they are told again before."""
    for incident_id, moment in sorted(until.items()):
        await session.execute(
            update(Incident).where(Incident.id == incident_id).values(lasts_until=moment)
        )


async def end_stale(session: AsyncSession, now: datetime) -> int:
    """Resolve what its sender has not repeated in time; returns how many."""
    stale = (
        select(Incident.id)
        .where(Incident.lasts_until <= now)
        .order_by(Incident.id)
        .limit(MAX_ENDED)
    )
    ended = 0
    for incident_id in (await session.scalars(stale)).all():
        incident = await find(session, incident_id, lock=True)
        # Somebody may have repeated or resolved it while we waited for the lock.
        if incident.lasts_until is None or incident.lasts_until > now:
            continue
        incident.lasts_until = None
        if incident.status is not Status.resolved:
            await act(session, now, incident_id, Action.resolve, ENDED_BY)
            ended += 1
    await session.flush()
    return ended
