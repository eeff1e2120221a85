"""PagerDuty's first events API, which old clients speak: a service key and an incident key."""

from collections.abc import Sequence
from uuid import uuid4

from aiohttp import web

from core.errors import DispatcherError, InvalidReport, Overloaded
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken
from web.intake.formats import pagerduty
from web.intake.inbound import Inbound
from web.intake.words import map_in, maps_in, text_in


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    signal = pagerduty.SIGNALS.get(text_in(body.get("event_type")))
    if signal is None:
        raise InvalidReport("event_type", f"not one of {', '.join(pagerduty.SIGNALS)}")
    title, key = text_in(body.get("description")), text_in(body.get("incident_key"))
    if signal is Signal.trigger:
        if not title.strip():
            raise InvalidReport("description", "required")
        key = key or uuid4().hex
    elif not key:
        raise InvalidReport("incident_key", "required")
    details = body.get("details")
    links = [(body.get("client"), body.get("client_url"))]
    links += [(one.get("text"), one.get("href")) for one in maps_in(body.get("contexts"))]
    return [
        Draft(
            title=title or key,
            key=key,
            signal=signal,
            message=details if isinstance(details, str) else "",
            context={"details": details} if isinstance(details, dict) else {},
            links=[Link(text_in(text) or "link", text_in(url)) for text, url in links],
        )
    ]


def token(inbound: Inbound) -> str:
    return inbound.parts.get("token") or text_in(inbound.object.get("service_key"))


def answer(_inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    done = {"status": "success", "message": "Event processed", "incident_key": taken[0].draft.key}
    return web.json_response(done)


def refuse(error: DispatcherError) -> web.Response:
    """Refuse in PagerDuty's words; Alertmanager drops what this API answers with 429."""
    response = pagerduty.refuse(error)
    if isinstance(error, Overloaded):
        response.set_status(503)
    return response


def recognises(inbound: Inbound) -> bool:
    return {"service_key", "event_type"} <= map_in(inbound.json_or_none).keys()


FORMAT = Format(
    name="pagerduty-v1",
    title="PagerDuty Events v1",
    namespace="pagerduty",
    read=read,
    recognises=recognises,
    answer=answer,
    refuse=refuse,
    token=token,
    routes=(("POST", "/generic/2010-04-15/create_event.json"),),
)
