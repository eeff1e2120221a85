"""Alerta's API: POST /api/alert; environment, resource and event are the key.

Its heartbeats are checks by their origin, silent after their timeout.

Fields as in docs.alerta.io, and as Uptime Kuma's alerta.js sends them.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from core.check_plans import LONGEST, SHORTEST
from core.errors import InvalidReport
from core.reports import Signal
from web.intake.beats import Beat
from web.intake.drafts import Draft
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.words import level_in, list_in, map_in, moment_in, text_in

GRACE = timedelta(minutes=1)  # for the way: their timeout has none
_OVER = {"normal", "ok", "cleared"}
_TAGS = ("environment", "resource", "event", "group", "value", "origin", "type")


def read(inbound: Inbound) -> Sequence[Draft | Beat]:
    body = inbound.object
    if "heartbeat" in inbound.parts:
        return [_beat_of(body)]
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


def answer(inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    if "heartbeat" in inbound.parts:
        return _heard(inbound)
    number = next(filter(None, (one.number for one in taken)), "")
    return web.json_response({"status": "ok", "id": str(number)}, status=201)


def _heard(inbound: Inbound) -> web.Response:
    """Give the heartbeat back, as its client wants it."""
    heartbeat = {
        **inbound.object,
        "id": inbound.object["origin"],
        "status": "ok",
        "type": "Heartbeat",
        "receiveTime": f"{inbound.now:%Y-%m-%dT%H:%M:%S}.000Z",
    }
    body = {"status": "ok", "id": heartbeat["id"], "heartbeat": heartbeat}
    return web.json_response(body, status=201)


def _beat_of(body: Mapping[str, Any]) -> Beat:
    origin = text_in(body.get("origin"))
    if not origin.strip():
        raise InvalidReport("origin", "required")
    timeout = body.get("timeout")
    if isinstance(timeout, bool) or not isinstance(timeout, int) or timeout <= 0:
        return Beat(origin)
    seconds = min(max(timeout, SHORTEST.total_seconds()), LONGEST.total_seconds())
    return Beat(
        origin, planned={"period": timedelta(seconds=seconds), "cron": None, "grace": GRACE}
    )


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
    routes=(
        ("POST", "/api/alert"),
        ("POST", "/alert"),
        ("POST", "/api/{heartbeat:heartbeat}"),
        ("POST", "/{heartbeat:heartbeat}"),
    ),
)
