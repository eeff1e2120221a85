"""PagerDuty Events API v2: POST /v2/enqueue with a routing key that is the app's code.

Developer documentation, events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from aiohttp import web

from core.errors import DispatcherError, InvalidInput, InvalidReport, Overloaded
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken, status_of
from web.intake.inbound import Inbound
from web.intake.words import level_in, map_in, maps_in, moment_in, text_in

SIGNALS = {
    "trigger": Signal.trigger,
    "acknowledge": Signal.acknowledge,
    "resolve": Signal.resolve,
}
_LABELS = ("source", "component", "group", "class")


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    if "change" in inbound.parts:
        _summary_of(map_in(body.get("payload")))
        return []  # no incident, and nothing to say of one
    signal = SIGNALS.get(text_in(body.get("event_action")))
    if signal is None:
        raise InvalidReport("event_action", f"not one of {', '.join(SIGNALS)}")
    key = text_in(body.get("dedup_key"))
    if signal is Signal.trigger:
        return [_trigger(body, key or uuid4().hex)]
    if not key:
        raise InvalidReport("dedup_key", "required")
    return [Draft(title=key, key=key, signal=signal)]


def token(inbound: Inbound) -> str:
    return inbound.parts.get("token") or text_in(inbound.object.get("routing_key"))


def answer(_inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    done: dict[str, str | None] = {"status": "success", "message": "Change event processed"}
    if taken:
        done |= {"message": "Event processed", "dedup_key": taken[0].draft.key}
    return web.json_response(done, status=202)


def refuse(error: DispatcherError) -> web.Response:
    """Refuse in PagerDuty's words; its clients repeat after a 429."""
    if isinstance(error, Overloaded):
        return web.json_response({"status": "throttle exceeded"}, status=429)
    reason = f"'{error.field}' {error.reason}" if isinstance(error, InvalidInput) else str(error)
    body = {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": [reason],
    }
    return web.json_response(body, status=413 if status_of(error) == 413 else 400)


def recognises(inbound: Inbound) -> bool:
    return {"routing_key", "event_action"} <= map_in(inbound.json_or_none).keys()


def _trigger(body: dict[str, Any], key: str) -> Draft:
    payload = map_in(body.get("payload"))
    details = payload.get("custom_details")
    return Draft(
        title=_summary_of(payload),
        key=key,
        message=details if isinstance(details, str) else "",
        level=level_in(payload.get("severity")),
        tags={name: payload.get(name) for name in _LABELS},
        context={"custom_details": details} if isinstance(details, dict) else {},
        links=_links(body),
        occurred_at=moment_in(payload.get("timestamp")),
    )


def _summary_of(payload: dict[str, Any]) -> str:
    summary = text_in(payload.get("summary"))
    if not summary.strip():
        raise InvalidReport("payload.summary", "required")
    return summary


def _links(body: dict[str, Any]) -> list[Link]:
    links = [
        Link(text_in(link.get("text")) or "link", text_in(link.get("href")))
        for link in maps_in(body.get("links"))
    ]
    links += [
        Link(text_in(image.get("alt")) or "image", text_in(image.get("href") or image.get("src")))
        for image in maps_in(body.get("images"))
    ]
    if client_url := text_in(body.get("client_url")):
        links.append(Link(text_in(body.get("client")) or "client", client_url))
    return links


FORMAT = Format(
    name="pagerduty",
    title="PagerDuty Events v2",
    read=read,
    recognises=recognises,
    answer=answer,
    refuse=refuse,
    token=token,
    routes=(("POST", "/v2/enqueue"), ("POST", "/v2/{change:change}/enqueue")),
)
