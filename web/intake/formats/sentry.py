"""Sentry's SDKs: envelopes and the older store, by a DSN whose key is the app's code.

Events become incidents, log items the tail of the next event, check-ins heartbeats; anything else
is taken and dropped.
There is no resolve in the protocol. Its SDKs drop everything while they are told 429, so an
overload is a 503. https://develop.sentry.dev/sdk/foundations/transport/
"""

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from core.errors import DispatcherError
from web.intake.beats import Beat
from web.intake.body import any_json
from web.intake.drafts import Draft
from web.intake.envelope import MAX_HEADER_BYTES, Item, envelope_of
from web.intake.format import MIB, Format, Taken, refused, status_of
from web.intake.inbound import Inbound
from web.intake.rings import Line, Tail
from web.intake.sentry_check_in import check_in_of
from web.intake.sentry_event import csp_draft, event_draft
from web.intake.words import address_in, map_in, maps_in, moment_in, text_in

STREAM = "sentry"
ENVELOPE, CSP = "application/x-sentry-envelope", "application/csp-report"
_KEY = re.compile(r"sentry_key\s*=\s*([0-9a-fA-F]+)")


def read(inbound: Inbound) -> Sequence[Draft | Tail | Beat]:
    if inbound.parts.get("kind") == "security" or inbound.content_type == CSP:
        return [csp_draft(inbound.object)]
    if not _is_envelope(inbound):
        return [event_draft(inbound.object, stream=STREAM)]
    return [
        read_one
        for item in envelope_of(inbound.body).items
        if (read_one := _READERS.get(item.kind, _nothing)(item))
    ]


def token(inbound: Inbound) -> str:
    """Find the key: in the query, the header, the envelope's DSN, or where all formats put it."""
    if key := inbound.query.get("sentry_key"):
        return key
    if found := _KEY.search(inbound.headers.get("x-sentry-auth", "")):
        return found[1]
    if inbound.token:
        return inbound.token
    if _is_envelope(inbound):
        return address_in(envelope_of(inbound.body).header.get("dsn")).username or ""
    return ""


def answer(_inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    uid = next((one.draft.uid for one in taken if one.draft.uid), None)
    return web.json_response({"id": uid.hex} if uid else {})


def refuse(error: DispatcherError) -> web.Response:
    response = refused(error)
    if status_of(error) == 401:
        response.set_status(403)
    return response


def recognises(inbound: Inbound) -> bool:
    return (
        inbound.content_type in {ENVELOPE, CSP}
        or "x-sentry-auth" in inbound.headers
        or "sentry_key" in inbound.query
        or _is_tunnelled(inbound)
    )


def _is_tunnelled(inbound: Inbound) -> bool:
    """Tell what a browser's SDK sends to a `tunnel`: a plain text that begins with a DSN."""
    return b'"dsn"' in inbound.body[:MAX_HEADER_BYTES].partition(b"\n")[0] and _is_envelope(inbound)


def _is_envelope(inbound: Inbound) -> bool:
    """Tell by the path; at the universal address by what the first line is."""
    if kind := inbound.parts.get("kind"):
        return kind == "envelope"
    first, newline, _ = inbound.body.partition(b"\n")
    return bool(newline) and first.rstrip().endswith(b"}")


def _event(item: Item) -> Draft:
    return event_draft(_object(item), stream=STREAM)


def _log(item: Item) -> Tail:
    return Tail(STREAM, tuple(_log_line(one) for one in maps_in(_object(item).get("items"))))


def _check_in(item: Item) -> Beat | None:
    return check_in_of(_object(item))


def _nothing(_item: Item) -> None:
    """Take what we make nothing of: transactions, sessions, client reports and what comes next."""


_READERS: dict[str, Any] = {"event": _event, "log": _log, "check_in": _check_in}


def _log_line(one: dict[str, Any]) -> Line:
    moment = moment_in(one.get("timestamp"))
    words = (f"{moment:%H:%M:%S}" if moment else "", text_in(one.get("level")).upper())
    return Line(" ".join((*words, text_in(one.get("body")))).strip(), text_in(one.get("trace_id")))


def _object(item: Item) -> dict[str, Any]:
    return map_in(any_json(item.payload, field=item.kind))


FORMAT = Format(
    name="sentry",
    title="Sentry",
    read=read,
    recognises=recognises,
    answer=answer,
    refuse=refuse,
    token=token,
    routes=(
        ("POST", "/api/{project:[0-9]+}/{kind:envelope|store|security}/"),
        ("POST", "/api/{project:[0-9]+}/{kind:envelope|store|security}"),
    ),
    body_bytes=20 * MIB,
    cors=True,
)
