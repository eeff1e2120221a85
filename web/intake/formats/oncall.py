"""Grafana OnCall's inbound addresses, for those that it left behind.

Paths and fields as in its engine/apps/integrations: `formatted_webhook`, `zabbix` and the like
send {alert_uid, title, image_url, state, link_to_upstream_details, message}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from core.reports import Signal
from web.intake.beats import Beat
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken
from web.intake.formats import generic
from web.intake.inbound import Inbound
from web.intake.words import first_of, lasting_name, level_in, map_in, moment_in, text_in

_STATES = {"alerting", "ok"}


def read(inbound: Inbound) -> Sequence[Draft | Beat]:
    if "heartbeat" in inbound.parts:
        return [Beat(inbound.parts["type"])]
    if _is_kapacitors(inbound):
        return [_kapacitor(inbound.object)]
    if not recognises(inbound):
        return generic.read(inbound)
    body = inbound.object
    title = text_in(body.get("title"))
    return [
        Draft(
            title=title,
            key=text_in(body.get("alert_uid")) or lasting_name(title),
            signal=(
                Signal.resolve if text_in(body.get("state")).upper() == "OK" else Signal.trigger
            ),
            message=text_in(body.get("message")),
            links=[
                Link("details", text_in(body.get("link_to_upstream_details"))),
                Link("image", text_in(body.get("image_url"))),
            ],
        )
    ]


def recognises(inbound: Inbound) -> bool:
    body = map_in(inbound.json_or_none)
    formatted = "title" in body and text_in(body.get("state")).lower() in _STATES
    return formatted or _is_kapacitors(inbound)


def _is_kapacitors(inbound: Inbound) -> bool:
    return {"id", "level", "previousLevel"} <= map_in(inbound.json_or_none).keys()


def _kapacitor(body: Mapping[str, Any]) -> Draft:
    """Read what Kapacitor's `httpPost` sends: its level says that it is over."""
    return Draft(
        title=text_in(first_of(body, "message", "id")),
        key=text_in(body.get("id")),
        signal=Signal.resolve if body.get("level") == "OK" else Signal.trigger,
        message=text_in(body.get("details")),
        level=level_in(body.get("level")),
        context={"data": body["data"]} if body.get("data") else {},
        occurred_at=moment_in(body.get("time")),
    )


def answer(_inbound: Inbound, _taken: Sequence[Taken]) -> web.Response:
    return web.json_response("Ok.")


FORMAT = Format(
    name="oncall",
    title="Grafana OnCall webhook",
    read=read,
    recognises=recognises,
    answer=answer,
    routes=(
        ("POST", "/integrations/v1/{type}/{token}"),
        ("POST", "/integrations/v1/{type}/{token}/"),
        *(
            (method, f"/integrations/v1/{{type}}/{{token}}/{{heartbeat:heartbeat}}{end}")
            for method in ("GET", "POST")
            for end in ("", "/")
        ),
    ),
)
