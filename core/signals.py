"""What a sender says of an incident that is there already: it is taken, it is over, or a word.

An unknown key, or one whose incident is over, is nobody's mistake: senders repeat themselves.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import timeline
from core.incidents import SNOOZE, act
from core.lifecycle import UNRESOLVED, Action
from core.models import Entry, Incident
from core.reports import Report, Signal
from core.timeline import Actor, Kind, Source

NOTE_CHARS = 4000
REPEATED_AFTER, MAX_COMPARED = timedelta(days=1), 50
_ACTIONS = {
    Signal.acknowledge: Action.acknowledge,
    Signal.unacknowledge: Action.unacknowledge,
    Signal.snooze: Action.snooze,
    Signal.resolve: Action.resolve,
}


async def apply(
    session: AsyncSession,
    now: datetime,
    report: Report,
    sender: str,
    *,
    incident_id: int | None = None,
    snooze_for: timedelta | None = None,
) -> int | None:
    """Do what a report signals, with its sender as the actor.

    It is about the unresolved incident of the report's fingerprint, or of this id and the same
    app. Returns the incident's id, None when there is none.
    """
    same = Incident.fingerprint == report.fingerprint
    meant = same if incident_id is None else Incident.id == incident_id
    found = select(Incident.id).where(
        Incident.app_id == report.app_id, Incident.status.in_(UNRESOLVED), meant
    )
    incident_id = (await session.scalars(found)).one_or_none()
    if incident_id is None:
        return None
    actor = Actor(sender, Source.app)
    if action := _ACTIONS.get(report.signal):
        await act(session, now, incident_id, action, actor, snooze_for=snooze_for or SNOOZE)
    else:
        text = f"{report.title}\n{report.message}".strip()[:NOTE_CHARS]
        await _note(session, now, incident_id, actor, text)
    return incident_id


async def _note(
    session: AsyncSession, now: datetime, incident_id: int, actor: Actor, text: str
) -> None:
    """Add what a sender says to the timeline, once a day for the same words."""
    lately = select(Entry.data).where(
        Entry.incident_id == incident_id,
        Entry.kind == Kind.commented,
        Entry.actor == actor.name,
        Entry.at > now - REPEATED_AFTER,
    )
    said = (await session.scalars(lately.order_by(Entry.id.desc()).limit(MAX_COMPARED))).all()
    if {"text": text} not in said:
        timeline.append(session, incident_id, now, Kind.commented, actor, {"text": text})
        await session.flush()
