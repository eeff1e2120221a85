"""Uptime Kuma's webhook: JSON, a form's field `data`, or a query; up resolves what down opened.

Bodies as in its server/notification-providers/webhook.js and server/model/heartbeat.js.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format
from web.intake.inbound import Inbound, json_in
from web.intake.words import first_of, map_in, moment_in, text_in

DOWN = "0"
_SIGNALS = {DOWN: Signal.trigger, "1": Signal.resolve}
_STATES = {"1": "is up", "2": "is pending", "3": "is in maintenance"}
_FIELDS = ("heartbeat", "monitor", "msg")


def read(inbound: Inbound) -> Sequence[Draft]:
    body = _body_of(inbound)
    beat, monitor, said = (body.get(name) for name in _FIELDS)
    if not isinstance(beat, dict) or not isinstance(monitor, dict):
        return [Draft(title=text_in(said) or "Uptime Kuma", level=Level.warning)]
    name = text_in(monitor.get("name")) or "monitor"
    status = text_in(beat.get("status", DOWN))
    return [
        Draft(
            title=f"{name} {_STATES.get(status, 'is down')}",
            key=text_in(first_of(monitor, "id", "name")),
            signal=_SIGNALS.get(status, Signal.note),
            message=text_in(first_of(beat, "msg") or said),
            tags={"monitor": name, "type": monitor.get("type"), "ping": beat.get("ping")},
            context={"heartbeat": beat},
            links=[Link("monitor", text_in(monitor.get("url")))],
            occurred_at=moment_in(beat.get("time")),
        )
    ]


def recognises(inbound: Inbound) -> bool:
    fields = map_in(inbound.json_or_none) or inbound.query
    if {"heartbeat", "monitor"} <= fields.keys():
        return True
    data = inbound.form.get("data", "")
    return '"heartbeat"' in data and '"monitor"' in data


def _body_of(inbound: Inbound) -> Mapping[str, Any]:
    if inbound.looks_like_json:
        return inbound.object
    if data := inbound.form.get("data"):
        return map_in(json_in("data", data))
    texts = {name: inbound.query[name] for name in _FIELDS if name in inbound.query}
    return {name: text if name == "msg" else json_in("data", text) for name, text in texts.items()}


FORMAT = Format(
    name="kuma",
    title="Uptime Kuma",
    read=read,
    recognises=recognises,
    routes=(("POST", "/alerts/event/uptimekuma"),),
    patient=True,
)
