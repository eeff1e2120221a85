"""Alertmanager's webhook, version 4: one incident for each group, which ends when the group does.

Fields as in Alertmanager's notify/webhook/webhook.go and template/template.go. A sender repeats
what still fires, and drops what is answered with 4xx: an overload is a 503. An address that ends in
`?by=alert` makes an incident of each alert instead.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import MIB, Format
from web.intake.formats import generic
from web.intake.inbound import Inbound
from web.intake.words import first_of, level_in, map_in, maps_in, moment_in, text_in

MAX_LISTED, MAX_NAMED = 50, 3
_TITLES = ("summary", "title")
_LINKS = ("runbook_url", "dashboard", "dashboard_url")


def read(inbound: Inbound) -> Sequence[Draft]:
    if "alerts" not in inbound.object:
        return generic.read(inbound)  # a `payload` template of the receiver replaced it all
    return drafts_of(inbound, group_draft)


def recognises(inbound: Inbound) -> bool:
    return {"alerts", "groupKey"} <= map_in(inbound.json_or_none).keys()


def drafts_of(inbound: Inbound, draft_of: Callable[[dict[str, Any]], Draft]) -> Sequence[Draft]:
    """Make the draft of a group, or of each of its alerts where the address asks for that."""
    if inbound.query.get("by") != "alert":
        return [draft_of(inbound.object)]
    alerts = maps_in(inbound.object["alerts"])
    return [alert_draft(alert, is_over=is_resolved(alert)) for alert in alerts]


def alert_draft(alert: Mapping[str, Any], *, is_over: bool) -> Draft:
    """Make the draft of one alert, known by its labels."""
    labels, notes = map_in(alert.get("labels")), map_in(alert.get("annotations"))
    return Draft(
        title=title_of(labels, notes),
        key=sha256(msgspec.json.encode(labels, order="sorted")).hexdigest(),
        signal=Signal.resolve if is_over else Signal.trigger,
        message=text_in(first_of(notes, "description", "message")),
        level=alert_level(alert),
        tags=labels,
        context={"annotations": notes} if notes else {},
        links=links_of(notes, alert, {}),
        occurred_at=moment_in(alert.get("startsAt")),
    )


def group_draft(body: Mapping[str, Any], **more: Any) -> Draft:
    """Make the draft of a group; `more` is what a relative of this format knows better."""
    alerts = maps_in(body.get("alerts"))
    firing = [alert for alert in alerts if not is_resolved(alert)]
    labels, notes = map_in(body.get("commonLabels")), map_in(body.get("commonAnnotations"))
    values: dict[str, Any] = {
        "title": title_of(
            {"alertname": _names_of(firing or alerts), **labels},
            notes,
            map_in(body.get("groupLabels")),
        ),
        "key": text_in(body.get("groupKey")) or None,
        "signal": _signal_of(body),
        "message": _message_of(notes, firing or alerts),
        "level": max((alert_level(alert) for alert in firing or alerts), default=Level.error),
        "tags": labels,
        "context": {"alerts": [_told(alert) for alert in alerts[:MAX_LISTED]]},
        "links": links_of(notes, (alerts or [{}])[0], body),
        "occurred_at": min(
            filter(None, (moment_in(a.get("startsAt")) for a in firing)), default=None
        ),
    }
    return Draft(**{**values, **more})


def is_resolved(alert: Mapping[str, Any]) -> bool:
    return alert.get("status") == "resolved"


def alert_level(alert: Mapping[str, Any]) -> Level:
    return level_in(first_of(map_in(alert.get("labels")), "severity", "level", "priority"))


def title_of(
    labels: Mapping[str, Any], notes: Mapping[str, Any], group: Mapping[str, Any] | None = None
) -> str:
    """Say what fires: the rule's own summary, else its name and what the group is grouped by."""
    if summary := text_in(first_of(notes, *_TITLES)):
        return summary
    name = text_in(labels.get("alertname")) or "Alert"
    others = [text_in(value) for key, value in (group or {}).items() if key != "alertname"]
    return f"{name} ({', '.join(others)})" if others else name


def _names_of(alerts: Sequence[Mapping[str, Any]]) -> str:
    """Name the rules of a group that is not grouped by them."""
    names = dict.fromkeys(text_in(map_in(one.get("labels")).get("alertname")) for one in alerts)
    shown = [name for name in names if name]
    return ", ".join(shown[:MAX_NAMED]) + (", …" if len(shown) > MAX_NAMED else "")


def links_of(
    notes: Mapping[str, Any], alert: Mapping[str, Any], body: Mapping[str, Any]
) -> list[Link]:
    links = [Link(name, text_in(notes.get(name))) for name in _LINKS]
    links.append(Link("source", text_in(alert.get("generatorURL"))))
    links.append(Link("alertmanager", text_in(body.get("externalURL"))))
    return [link for link in links if link.url]


def _signal_of(body: Mapping[str, Any]) -> Signal:
    """A group is over when all of it is; what was cut off is not known to be."""
    if body.get("status") != "resolved":
        return Signal.trigger
    return Signal.note if body.get("truncatedAlerts") else Signal.resolve


def _message_of(notes: Mapping[str, Any], alerts: Sequence[Mapping[str, Any]]) -> str:
    """The rule's description, else a line for each alert that has one."""
    if common := text_in(first_of(notes, "description", "message")):
        return common
    own = (
        text_in(first_of(map_in(a.get("annotations")), "description", "summary")) for a in alerts
    )
    return "\n".join(dict.fromkeys(line for line in own if line))


def _told(alert: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("status", "labels", "annotations", "startsAt", "endsAt", "fingerprint", "values")
    return {name: alert[name] for name in kept if name in alert}


FORMAT = Format(
    name="alertmanager",
    title="Alertmanager",
    read=read,
    recognises=recognises,
    routes=(
        ("POST", "/integrations/v1/alertmanager/{token}"),
        ("POST", "/integrations/v1/alertmanager/{token}/"),
    ),
    body_bytes=20 * MIB,  # a bad day has thousands of alerts, and a refusal loses them all
)
