"""Opsgenie's alert API v2: created by alias, acted on by alias or by the id we answered with.

Its heartbeats are checks by name.

https://docs.opsgenie.com/docs/alert-api; also as Alertmanager's notify/opsgenie sends it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from core.errors import DispatcherError, InvalidInput, InvalidReport
from core.incidents import MAX_SNOOZE
from core.reports import Signal
from web.intake.beats import Beat
from web.intake.drafts import Draft
from web.intake.format import UUID_PATTERN, Format, Taken, status_of
from web.intake.inbound import Inbound
from web.intake.opsgenie_requests import Done, id_of, status_of_request
from web.intake.words import level_in, list_in, map_in, moment_in, text_in

_SIGNALS = {
    "close": Signal.resolve,
    "delete": Signal.resolve,
    "acknowledge": Signal.acknowledge,
    "unacknowledge": Signal.unacknowledge,
    "snooze": Signal.snooze,
}
_TAGS = ("entity", "source", "priority", "user")


def read(inbound: Inbound) -> Sequence[Draft | Beat]:
    if name := inbound.parts.get("heartbeat"):
        return [Beat(name)]
    if "request" in inbound.parts:
        return []
    if "alert" in inbound.parts:
        return [_act(inbound)]
    body = inbound.object
    message = text_in(body.get("message"))
    if not message.strip():
        raise InvalidReport("message", "required")
    return [
        Draft(
            title=message,
            key=text_in(body.get("alias")) or uuid4().hex,
            message=text_in(body.get("description")),
            level=level_in(body.get("priority") or "P3"),
            tags={
                **{name: body.get(name) for name in _TAGS},
                "tags": ", ".join(map(str, list_in(body.get("tags")))),
            },
            context=map_in(body.get("details")),
        )
    ]


def answer(inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    if request := inbound.parts.get("request"):
        return status_of_request(request)
    if not taken:
        return _accepted(uuid4(), "PONG - Heartbeat received")
    return _accepted(id_of(Done(_verb_of(inbound), taken[0].number or 0, inbound.now)))


def refuse(error: DispatcherError) -> web.Response:
    """Refuse in Opsgenie's words: 422 for what is wrong, 429 for too much."""
    status = {401: 401, 413: 413, 503: 429}.get(status_of(error), 422)
    reason = f"{error.field}: {error.reason}" if isinstance(error, InvalidInput) else str(error)
    body = {"message": reason, "took": 0.0, "requestId": str(uuid4())}
    return web.json_response(body, status=status)


def recognises(inbound: Inbound) -> bool:
    body = map_in(inbound.json_or_none)
    return "message" in body and "alias" in body and text_in(body.get("priority")).startswith("P")


def _act(inbound: Inbound) -> Draft:
    """Read what is to be done with an alert that is there."""
    verb, alert = _verb_of(inbound), inbound.parts["alert"]
    by_alias = inbound.query.get("identifierType", "id") == "alias"
    body = map_in(inbound.json_or_none)
    said = text_in(body.get("note") or body.get("message") or body.get("description"))
    return Draft(
        title=f"{verb}: {said}" if said else verb,
        key=alert,
        incident_id=None if by_alias else _number(alert),
        signal=_SIGNALS.get(verb, Signal.note),
        snooze_for=_snooze_of(inbound, body) if verb == "snooze" else None,
    )


def _verb_of(inbound: Inbound) -> str:
    return inbound.parts.get("verb") or ("delete" if "alert" in inbound.parts else "create")


def _snooze_of(inbound: Inbound, body: Mapping[str, Any]) -> timedelta:
    end = moment_in(body.get("endTime"))
    if end is None:
        raise InvalidReport("endTime", "required")
    return min(max(end - inbound.now, timedelta(minutes=1)), MAX_SNOOZE)


def _number(alert: str) -> int:
    """Our alert ids are incident numbers; any other is nobody's."""
    return int(alert) if alert.isdecimal() and len(alert) < 19 else 0


def _accepted(uid: UUID, result: str = "Request will be processed") -> web.Response:
    body = {"result": result, "took": 0.0, "requestId": str(uid)}
    return web.json_response(body, status=202)


FORMAT = Format(
    name="opsgenie",
    title="Opsgenie",
    read=read,
    recognises=recognises,
    answer=answer,
    refuse=refuse,
    routes=(
        ("POST", "/v2/alerts"),
        (
            "POST",
            "/v2/alerts/{alert}/{verb:close|acknowledge|unacknowledge|snooze|notes|assign}",
        ),
        ("PUT", "/v2/alerts/{alert}/{verb:message|description}"),
        ("DELETE", "/v2/alerts/{alert}"),
        ("GET", f"/v2/alerts/requests/{{request:{UUID_PATTERN}}}"),
        *(
            (method, "/v2/heartbeats/{heartbeat}/ping")
            for method in ("GET", "POST", "PUT", "PATCH")
        ),
    ),
)
