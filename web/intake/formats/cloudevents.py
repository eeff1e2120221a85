"""CloudEvents 1.0 over HTTP: binary, structured and batched.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
The same (source, id) twice is one report.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from aiohttp import web

from core.errors import InvalidReport
from core.levels import Level
from core.reports import Signal
from web.intake.body import any_json, clean
from web.intake.drafts import Draft
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.words import SIGNALS, first_of, level_in, map_in, maps_in, moment_in, text_in

BATCH, STRUCTURED = "application/cloudevents-batch", "application/cloudevents"
_REQUIRED = ("specversion", "id", "source", "type")


def read(inbound: Inbound) -> Sequence[Draft]:
    if inbound.content_type.startswith(BATCH):
        return [_draft_of(event) for event in maps_in(inbound.json)]
    if inbound.content_type.startswith(STRUCTURED):
        return [_draft_of(inbound.object)]
    return [_draft_of(_binary(inbound))]


def recognises(inbound: Inbound) -> bool:
    return inbound.content_type.startswith(STRUCTURED) or all(
        f"ce-{name}" in inbound.headers for name in _REQUIRED
    )


def answer(_inbound: Inbound, _taken: Sequence[Taken]) -> web.Response:
    return web.Response(status=202)


def _binary(inbound: Inbound) -> dict[str, Any]:
    event: dict[str, Any] = {
        name[3:]: _unquoted(name, value)
        for name, value in inbound.headers.items()
        if name.startswith("ce-")
    }
    data = inbound.json_or_none
    return {**event, "data": inbound.text if data is None else data}


def _unquoted(name: str, value: str) -> str:
    try:
        text: str = clean(unquote(value.strip('"'), errors="strict"))
    except UnicodeDecodeError:
        raise InvalidReport(name, "not UTF-8") from None
    return text


def _draft_of(event: Mapping[str, Any]) -> Draft:
    for name in _REQUIRED:
        if not text_in(event.get(name)):
            raise InvalidReport(name, "required")
    kind, source = text_in(event["type"]), text_in(event["source"])
    data = map_in(_data_of(event))
    about = text_in(event.get("subject"))
    signal, lasting = _signal_and_type(kind, data)
    key = first_of(data, "dedup_key") or f"{source} {about} {lasting}"
    message = first_of(data, "message", "description", "text")
    return Draft(
        title=text_in(first_of(data, "title", "summary")) or f"{kind} {about}".strip(),
        key=text_in(key),
        signal=signal,
        message=text_in(message if data else _data_of(event)),
        level=level_in(first_of(data, "severity", "level", "priority"), Level.error),
        tags={"source": source, "type": kind, "subject": about},
        context={"data": data} if data else {},
        occurred_at=moment_in(event.get("time")),
        uid=_uid_of(source, text_in(event["id"])),
    )


def _data_of(event: Mapping[str, Any]) -> Any:
    """The data of an event, also where it is encoded."""
    if "data_base64" not in event:
        return event.get("data")
    try:
        data = b64decode(text_in(event["data_base64"]), validate=True)
        return any_json(data, field="data_base64")
    except (NotBase64, ValueError, InvalidReport):
        return None  # bytes of no kind that we could show


def _signal_and_type(kind: str, data: Mapping[str, Any]) -> tuple[Signal, str]:
    """Tell what an event wants, and its type without the word that says so."""
    before, _, last = kind.rpartition(".")
    said = text_in(first_of(data, "status", "action") or last).lower()
    stateful = last.lower() in SIGNALS or last.lower() in {"fired", "firing", "triggered", "opened"}
    return SIGNALS.get(said, Signal.trigger), before if stateful else kind


def _uid_of(source: str, number: str) -> UUID:
    return UUID(bytes=blake2b(f"{source}\n{number}".encode(), digest_size=16).digest())


FORMAT = Format(
    name="cloudevents",
    title="CloudEvents",
    read=read,
    recognises=recognises,
    answer=answer,
)
