"""Incidents that last only as long as they are reported: who stops saying it ends it.

A sender may promise to repeat itself by a time. Of those that never say that something is over, as
Sentry's SDKs, an app may have its incidents end after so many quiet hours.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.checks import FINGERPRINT
from core.incidents import act, find
from core.lifecycle import Action, Status
from core.models import App, Incident
from core.timeline import Actor, Source

MAX_ENDED = 100
_AWAKE = (Status.open, Status.acknowledged)
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


async def end_quiet(session: AsyncSession, now: datetime) -> int:
    """Resolve what its app did not report again for its quiet hours; returns how many.

    What is snoozed waits for its hour, and a check says itself when it is well again.
    """
    ended = 0
    quiet = select(App.id, App.quiet_hours).where(App.quiet_hours.is_not(None)).order_by(App.id)
    for app_id, hours in (await session.execute(quiet)).all():
        before = now - timedelta(hours=hours or 0)
        for incident_id in await _not_seen_since(session, app_id, before, MAX_ENDED - ended):
            incident = await find(session, incident_id, lock=True)
            # It may have been reported or resolved while we waited for the lock.
            if incident.last_seen_at <= before and incident.status in _AWAKE:
                await act(session, now, incident_id, Action.resolve, ENDED_BY)
                ended += 1
    return ended


async def _not_seen_since(
    session: AsyncSession, app_id: int, before: datetime, most: int
) -> Sequence[int]:
    query = (
        select(Incident.id)
        .where(
            Incident.app_id == app_id,
            Incident.status.in_(_AWAKE),
            Incident.last_seen_at <= before,
            Incident.fingerprint.not_like(f"{FINGERPRINT}:%"),
        )
        .order_by(Incident.id)
        .limit(most)
    )
    return (await session.scalars(query)).all()
