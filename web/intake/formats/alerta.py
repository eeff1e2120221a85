"""Alerta's API: POST /api/alert; environment, resource and event are the key.

Fields as in docs.alerta.io, and as Uptime Kuma's alerta.js sends them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from core.errors import InvalidReport
from core.reports import Signal
from web.intake.drafts import Draft
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.words import level_in, list_in, map_in, moment_in, text_in

_OVER = {"normal", "ok", "cleared"}
_TAGS = ("environment", "resource", "event", "group", "value", "origin", "type")


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    for field in ("resource", "event"):
        if not text_in(body.get(field)).strip():
            raise InvalidReport(field, "required")
    severity = text_in(body.get("severity")).lower()
    if severity not in _OVER:
        return [_draft_of(body, text_in(body.get("event")), Signal.trigger)]
    # What is over may be named by any of the events that are about the same thing.
    events = dict.fromkeys([text_in(body.get("event")), *map(str, list_in(body.get("correlate")))])
    return [_draft_of(body, event, Signal.resolve) for event in events]


def recognises(inbound: Inbound) -> bool:
    return {"environment", "resource", "event"} <= map_in(inbound.json_or_none).keys()


def answer(_inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    receipt = taken[0].receipt
    number = str(receipt.incident_id if receipt else taken[0].incident_id or "")
    return web.json_response({"status": "ok", "id": number}, status=201)


def _draft_of(body: Mapping[str, Any], event: str, signal: Signal) -> Draft:
    environment, resource = text_in(body.get("environment")), text_in(body.get("resource"))
    services = ", ".join(map(str, list_in(body.get("service"))))
    return Draft(
        title=f"{body.get('event')} on {resource}",
        key=f"{environment}/{resource}/{event}",
        signal=signal,
        message=text_in(body.get("text")),
        level=level_in(body.get("severity")),
        tags={
            **{name: body.get(name) for name in _TAGS},
            "service": services,
            "tags": ", ".join(map(str, list_in(body.get("tags")))),
        },
        context=map_in(body.get("attributes")),
        occurred_at=moment_in(body.get("createTime")),
    )


FORMAT = Format(
    name="alerta",
    title="Alerta",
    read=read,
    recognises=recognises,
    answer=answer,
    routes=(("POST", "/api/alert"), ("POST", "/alert")),
)
