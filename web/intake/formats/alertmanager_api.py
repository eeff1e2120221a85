"""Alertmanager's own API v2, which Prometheus, vmalert and Loki's ruler send to directly.

Each alert is an incident, known by its labels; it is over when it ends, or when nobody repeats it.
Fields as in Alertmanager's api/v2/openapi.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from core.errors import DispatcherError, InvalidReport
from web.intake.drafts import Draft
from web.intake.format import Format, status_of
from web.intake.formats import alertmanager
from web.intake.inbound import Inbound
from web.intake.words import map_in, maps_in, moment_in

RESOLVE_TIMEOUT = timedelta(minutes=5)  # Alertmanager's own default for alerts without an end
LONGEST = timedelta(days=366)  # that a promise is believed
LATE = timedelta(minutes=1)  # a repetition may come that much later than promised


def read(inbound: Inbound) -> Sequence[Draft]:
    if not isinstance(inbound.json, list):
        raise InvalidReport("body", "expected a list of alerts")
    # Alertmanager takes the others of a batch, too: its senders do not send that batch again.
    named = [alert for alert in maps_in(inbound.json) if map_in(alert.get("labels"))]
    if inbound.json and not named:
        raise InvalidReport("labels", "required")
    return [_draft_of(alert, inbound.now) for alert in named]


def recognises(inbound: Inbound) -> bool:
    alerts = maps_in(inbound.json_or_none)
    return bool(alerts) and all("labels" in alert for alert in alerts)


def _draft_of(alert: Mapping[str, Any], now: datetime) -> Draft:
    ends_at = moment_in(alert.get("endsAt"))
    over = ends_at is not None and ends_at.year > 1 and ends_at <= now
    promised = ends_at if ends_at and ends_at > now else now + RESOLVE_TIMEOUT
    draft = alertmanager.alert_draft(alert, is_over=over)
    return draft if over else replace(draft, lasts_until=min(promised, now + LONGEST) + LATE)


def refuse(error: DispatcherError) -> web.Response:
    """Refuse as Alertmanager does, with a JSON string."""
    return web.json_response(str(error), status=status_of(error))


async def status(_request: web.Request) -> web.Response:
    """Answer a sender that looks whether there is an Alertmanager here."""
    return web.json_response({"cluster": {"status": "disabled", "peers": []}, "versionInfo": {}})


async def alive(_request: web.Request) -> web.Response:
    """Answer a sender that looks whether the Alertmanager here is alive, or ready."""
    return web.Response(text="OK")


FORMAT = Format(
    name="alertmanager-api",
    title="Alertmanager API",
    read=read,
    recognises=recognises,
    refuse=refuse,
    routes=(
        ("POST", "/api/v2/alerts"),
        ("POST", "/am/{token}/api/v2/alerts"),
    ),
    body_bytes=alertmanager.FORMAT.body_bytes,
)
