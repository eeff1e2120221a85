"""OpenTelemetry logs over HTTP, protobuf and JSON: an error becomes an incident, the rest its tail.

https://opentelemetry.io/docs/specs/otlp/ and opentelemetry-proto's logs.proto. Exporters repeat
after 429, 502, 503 and 504 only.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

from core.errors import DispatcherError, InvalidReport
from core.levels import Level
from core.reports import LogPart, masked
from web.intake.body import clean
from web.intake.drafts import Draft
from web.intake.format import MIB, Format, Taken, status_of
from web.intake.inbound import Inbound
from web.intake.rings import Line, Tail
from web.intake.words import first_of, level_in, map_in, maps_in, moment_in, text_in

PROTOBUF = "application/x-protobuf"
_ERROR, _FATAL = 17, 21
_CODES = {401: 16, 413: 8, 503: 14}  # google.rpc.Code; the rest is INVALID_ARGUMENT
_LEVELS = ((21, Level.crit), (17, Level.error), (13, Level.warning), (9, Level.info))
_VALUES = ("stringValue", "boolValue", "intValue", "doubleValue", "bytesValue")


def read(inbound: Inbound) -> Sequence[Draft | Tail]:
    found: list[Draft | Tail] = []
    for resource, records in _groups(_request_of(inbound)):
        stream = _stream_of(resource)
        found.append(Tail(stream, tuple(_line_of(record) for record in records)))
        found += [
            _draft_of(record, resource, stream) for record in records if _severity(record) >= _ERROR
        ]
    return found


def recognises(inbound: Inbound) -> bool:
    return inbound.content_type == PROTOBUF or "resourceLogs" in map_in(inbound.json_or_none)


def answer(inbound: Inbound, _taken: Sequence[Taken]) -> web.Response:
    """Answer in the sender's own encoding; an empty message is a whole success."""
    response = ExportLogsServiceResponse()
    if inbound.rejected:
        response.partial_success.rejected_log_records = inbound.rejected
        response.partial_success.error_message = "too many errors in one request"
    if inbound.content_type == PROTOBUF:
        return web.Response(body=response.SerializeToString(), content_type=PROTOBUF)
    return web.json_response(MessageToDict(response))


def refuse(error: DispatcherError) -> web.Response:
    """Refuse with a google.rpc.Status; whether to come back says the status of the answer."""
    status = status_of(error)
    body = {"code": _CODES.get(status, 3), "message": str(error)}
    return web.json_response(body, status=status)


def _request_of(inbound: Inbound) -> dict[str, Any]:
    if inbound.content_type != PROTOBUF:
        return inbound.object
    message = ExportLogsServiceRequest()
    try:
        message.ParseFromString(inbound.body)
    except DecodeError as error:
        raise InvalidReport("body", f"not an OTLP message: {error}") from None
    request: dict[str, Any] = clean(MessageToDict(message))
    return request


def _groups(request: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Give each resource's attributes and its records, also of older senders."""
    for part in maps_in(request.get("resourceLogs")):
        attributes = _attributes(map_in(part.get("resource")))
        scopes = maps_in(first_of(part, "scopeLogs", "instrumentationLibraryLogs"))
        records = [record for scope in scopes for record in maps_in(scope.get("logRecords"))]
        yield attributes, records


def _draft_of(record: Mapping[str, Any], resource: Mapping[str, Any], stream: str) -> Draft:
    attributes = _attributes(record)
    said = _text(record.get("body"))
    kind, value = (text_in(attributes.get(f"exception.{name}")) for name in ("type", "message"))
    trace = text_in(attributes.pop("exception.stacktrace", ""))
    title = f"{kind}: {value}" if kind and value else kind or said.partition("\n")[0]
    return Draft(
        title=title,
        key=_key_of(attributes, resource, kind, trace, said),
        message="" if said == title else said,
        level=_level_of(record),
        tags=resource,
        context=attributes,
        logs=[LogPart("stacktrace", trace)] if trace else [],
        occurred_at=_moment_of(record),
        stream=stream,
        trace=text_in(record.get("traceId")),
    )


def _key_of(
    attributes: Mapping[str, Any],
    resource: Mapping[str, Any],
    kind: str,
    trace: str,
    said: str,
) -> str:
    """Group by where it happened; what does not say where, by its text without what varies."""
    service = text_in(resource.get("service.name"))
    names = ("code.file.path", "code.filepath", "code.function.name", "code.function")
    place = " ".join(text_in(attributes.get(name)) for name in names).strip()
    where = masked(_top_frame(trace)) or place
    return f"{service}\n{kind}\n{where or masked(said.partition(chr(10))[0])}"


def _top_frame(trace: str) -> str:
    """Find where it was raised: Python says so last, Java and JavaScript first."""
    lines = [line.strip() for line in trace.splitlines()]
    last = next((line for line in reversed(lines) if line.startswith("File ")), "")
    return last or next((line for line in lines if line.startswith("at ")), "")


def _stream_of(resource: Mapping[str, Any]) -> str:
    names = ("service.name", "service.instance.id")
    return "/".join(text_in(resource[name]) for name in names if resource.get(name)) or "otlp"


def _line_of(record: Mapping[str, Any]) -> Line:
    moment = _moment_of(record)
    words = (
        f"{moment:%H:%M:%S}" if moment else "",
        text_in(record.get("severityText")) or _level_of(record).name.upper(),
        _text(record.get("body")),
    )
    return Line(" ".join(word for word in words if word), text_in(record.get("traceId")))


def _severity(record: Mapping[str, Any]) -> float:
    """The record's number; what has none may be named, in protobuf's JSON as a number's name."""
    number = record.get("severityNumber")
    if isinstance(number, str) and number.isdecimal():
        number = int(number[:2])
    if isinstance(number, int | float) and number:
        return number
    name = text_in(number if isinstance(number, str) else record.get("severityText"))
    level = level_in(name.removeprefix("SEVERITY_NUMBER_").rstrip("234"), Level.debug)
    return next((least for least, known in _LEVELS if known is level), 0)


def _level_of(record: Mapping[str, Any]) -> Level:
    severity = _severity(record)
    return next((level for least, level in _LEVELS if severity >= least), Level.debug)


def _moment_of(record: Mapping[str, Any]) -> Any:
    for name in ("timeUnixNano", "observedTimeUnixNano"):
        if (given := record.get(name)) not in (None, 0, "0"):
            return moment_in(given)
    return None


def _attributes(holder: Mapping[str, Any]) -> dict[str, Any]:
    return {
        text_in(one.get("key")): _value(one.get("value"))
        for one in maps_in(holder.get("attributes"))
    }


def _value(value: Any) -> Any:
    """Read an AnyValue."""
    value = map_in(value)
    if "arrayValue" in value:
        return [_value(one) for one in maps_in(map_in(value["arrayValue"]).get("values"))]
    if "kvlistValue" in value:
        pairs = maps_in(map_in(value["kvlistValue"]).get("values"))
        return {text_in(one.get("key")): _value(one.get("value")) for one in pairs}
    return next((value[name] for name in _VALUES if name in value), None)


def _text(value: Any) -> str:
    read_value = _value(value)
    if read_value is None or isinstance(read_value, str):
        return read_value or ""
    return msgspec.json.encode(read_value).decode()


FORMAT = Format(
    name="otlp",
    title="OpenTelemetry logs",
    read=read,
    recognises=recognises,
    answer=answer,
    refuse=refuse,
    routes=(("POST", "/v1/logs"),),
    body_bytes=20 * MIB,
    cors=True,
    partial=True,
)
