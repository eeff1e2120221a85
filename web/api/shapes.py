"""What the JSON API answers with, one function a shape. Times are ISO 8601 in UTC, with a Z."""

from datetime import UTC, datetime
from typing import Any

from core.cards import incident_url
from core.models import App, Entry, Incident, Report, Silence


def moment_shape(at: datetime) -> str:
    """Write a moment as 2026-11-23T09:00:00.000000Z, always with all six digits."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def incident_shape(incident: Incident, base_url: str) -> dict[str, Any]:
    """Describe an incident whose app and assignee are loaded.

    {id, number, status, level, title, message, app: {id, name}, count, opened_at, last_seen_at,
    snoozed_until?, assignee?: {id, name}, predecessor_id?, url}; what ends in ? can be null.
    """
    assignee = incident.assignee
    return {
        "id": incident.id,
        "number": incident.number,
        "status": incident.status.value,
        "level": incident.level.name,
        "title": incident.title,
        "message": incident.message,
        "app": {"id": incident.app.id, "name": incident.app.name},
        "count": incident.count,
        "opened_at": moment_shape(incident.opened_at),
        "last_seen_at": moment_shape(incident.last_seen_at),
        "snoozed_until": _moment_or_null(incident.snoozed_until),
        "assignee": {"id": assignee.id, "name": assignee.name} if assignee else None,
        "predecessor_id": incident.predecessor_id,
        "url": incident_url(base_url, incident.id),
    }


def entry_shape(entry: Entry) -> dict[str, Any]:
    """Describe a fact of the timeline: {id, at, kind, by, source, data}.

    `source` is telegram, web, api, app or system. `data` depends on the kind: {text} of a comment,
    {until} of a snooze, {field: [old, new]} of an edit, else {}.
    """
    return {
        "id": entry.id,
        "at": moment_shape(entry.at),
        "kind": entry.kind,
        "by": entry.actor,
        "source": entry.source,
        "data": _data_shape(entry.data or {}),
    }


def report_shape(report: Report) -> dict[str, Any]:
    """Describe one occurrence.

    {id, report_id, level, title, message, tags, context, dropped, occurred_at, received_at};
    `report_id` is the sender's UUID, `dropped` counts the reports it could not send before.
    """
    return {
        "id": report.id,
        "report_id": str(report.uid),
        "level": report.level.name,
        "title": report.title,
        "message": report.message,
        "tags": report.tags or {},
        "context": report.context or {},
        "dropped": report.dropped,
        "occurred_at": moment_shape(report.occurred_at),
        "received_at": moment_shape(report.received_at),
    }


def silence_shape(silence: Silence, app: App) -> dict[str, Any]:
    """Describe a silence: {app: {id, name}, until, reason, by, at}."""
    return {
        "app": {"id": app.id, "name": app.name},
        "until": moment_shape(silence.silent_until),
        "reason": silence.reason,
        "by": silence.actor,
        "at": moment_shape(silence.created_at),
    }


def answer_shape(
    incident: Incident, entry: Entry, base_url: str, *, changed: bool = True
) -> dict[str, Any]:
    """Answer an action: {incident, changed, by, at}; who did it and when, now or before."""
    return {
        "incident": incident_shape(incident, base_url),
        "changed": changed,
        "by": entry.actor,
        "at": moment_shape(entry.at),
    }


def _data_shape(data: dict[str, Any]) -> dict[str, Any]:
    if "until" not in data:
        return data
    return data | {"until": moment_shape(datetime.fromisoformat(data["until"]))}


def _moment_or_null(at: datetime | None) -> str | None:
    return moment_shape(at) if at else None
