"""A card as a value: what a Telegram message shows of an incident, not how."""

from dataclasses import dataclass
from datetime import datetime

from core.levels import Level
from core.lifecycle import Action, Status, actions_of
from core.models import Entry, Incident
from core.timeline import Kind


@dataclass(frozen=True, slots=True)
class Card:
    """Everything one message shows; no markup, no language."""

    number: int
    app: str
    title: str
    message: str
    level: Level
    status: Status
    count: int
    opened_at: datetime
    last_seen_at: datetime
    holder: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    snoozed_until: datetime | None
    predecessor: int | None
    url: str
    actions: tuple[Action, ...]
    generation: int = 0


def card_of(incident: Incident, last_status: Entry, base_url: str) -> Card:
    """Make the card of an incident whose app and assignee are loaded."""
    ended = last_status if last_status.kind == Kind.resolved else None
    return Card(
        number=incident.number,
        app=incident.app.name,
        title=incident.title,
        message=incident.message,
        level=incident.level,
        status=incident.status,
        count=incident.count,
        opened_at=incident.opened_at,
        last_seen_at=incident.last_seen_at,
        holder=incident.assignee.name if incident.assignee else None,
        resolved_by=ended.actor if ended else None,
        resolved_at=ended.at if ended else None,
        snoozed_until=incident.snoozed_until,
        predecessor=incident.predecessor_id,
        url=incident_url(base_url, incident.id),
        actions=actions_of(incident.status),
    )


def incident_url(base_url: str, incident_id: int) -> str:
    return f"{base_url}/incidents/{incident_id}"
