"""The timeline: one dated fact after another, append-only. Durations are derived from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.lifecycle import Action
from core.models import Entry

MAX_SHOWN = 500


class Kind(StrEnum):
    """What an entry tells."""

    opened = "opened"
    level_raised = "level_raised"
    acknowledged = "acknowledged"
    unacknowledged = "unacknowledged"
    resolved = "resolved"
    reopened = "reopened"
    snoozed = "snoozed"
    commented = "commented"
    edited = "edited"
    refused = "refused"


class Source(StrEnum):
    """From where it was done."""

    telegram = "telegram"
    web = "web"
    api = "api"
    app = "app"
    system = "system"


KIND_OF_ACTION = {
    Action.acknowledge: Kind.acknowledged,
    Action.unacknowledge: Kind.unacknowledged,
    Action.resolve: Kind.resolved,
    Action.reopen: Kind.reopened,
    Action.snooze: Kind.snoozed,
}
STATUS_KINDS = (Kind.opened, *KIND_OF_ACTION.values())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it and from where; `person_id` is None for apps, tokens and the system."""

    name: str
    source: Source
    person_id: int | None = None


SYSTEM = Actor("Dispatcher", Source.system)


def append(
    session: AsyncSession,
    incident_id: int,
    at: datetime,
    kind: Kind,
    actor: Actor,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Add one fact; it is flushed with the caller's transaction."""
    entry = Entry(
        incident_id=incident_id,
        at=at,
        kind=kind,
        source=actor.source,
        person_id=actor.person_id,
        actor=actor.name[:130],
        data=data,
    )
    session.add(entry)
    return entry


async def timeline(session: AsyncSession, incident_id: int) -> Sequence[Entry]:
    """Read an incident's entries, oldest first; of a longer timeline the newest MAX_SHOWN."""
    newest = (
        select(Entry)
        .where(Entry.incident_id == incident_id)
        .order_by(Entry.id.desc())
        .limit(MAX_SHOWN)
    )
    return (await session.scalars(newest)).all()[::-1]


async def last_status_entry(session: AsyncSession, incident_id: int) -> Entry:
    """Find the entry that made the incident's present status."""
    newest = (
        select(Entry)
        .where(Entry.incident_id == incident_id, Entry.kind.in_(STATUS_KINDS))
        .order_by(Entry.id.desc())
        .limit(1)
    )
    return (await session.scalars(newest)).one()
