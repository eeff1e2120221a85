"""GET /api/v1/openapi.json: the intake described, made of its shapes and of the formats' table."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from aiohttp import web

from web.intake.format import Format
from web.intake.heartbeat import HeartbeatBody
from web.intake.native import Body
from web.intake.registry import FORMATS

Described = dict[str, Any]

_VARIABLE = re.compile(r"{(\w+)(?::((?:[^{}]|{[^{}]*})*))?}")
_REF = "#/components/schemas/{name}"
_CODE = "[0-9a-fA-F]{32}"
_PATTERNS = {"token": _CODE, "code": _CODE}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_REFUSED: Described = {
    "400": {"description": "The field and the reason"},
    "401": {"description": "Unknown app or wrong code"},
    "413": {"description": "Too large, before or after decompression"},
    "503": {"description": "The queue is full: come back after Retry-After seconds"},
}
_ANY_BODY: Described = {"application/json": {}, "text/plain": {"schema": {"type": "string"}}}
_ANY_ANSWER: Described = {
    "2XX": {"description": "Taken, in the tool's own words"},
    "4XX": {"description": "Refused, in the tool's own words"},
    "503": {"description": "The queue is full: come back later"},
}
_PINGED: Described = {
    "200": {"description": "OK"},
    "201": {"description": "Created, for create=1"},
    "400": {"description": "invalid url format, or invalid uuid format"},
    "404": {"description": "not found"},
    "503": {"description": "try again"},
}
_PINGS = (
    "/ping/{uuid}",
    "/ping/{code}/{slug}",
    "/ping/{code}/{slug}/{verb:start|fail|log|[0-9]{1,3}}",
)


async def openapi(_request: web.Request) -> web.Response:
    return web.Response(body=_encoded(), content_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(description())


def description() -> Described:
    """Describe the intake as OpenAPI 3.1 does."""
    (report, heartbeat), schemas = msgspec.json.schema_components(
        [Body, HeartbeatBody], ref_template=_REF
    )
    taken = {"202": {"description": "Committed: the report, and its incident"}, **_REFUSED}
    heard = {
        "200": {"description": "The check as it stands"},
        "404": {"description": "No such check, and no rhythm to make it with"},
        **_REFUSED,
    }
    paths: dict[str, Described] = {}
    for path in ("/", "/api/v1/reports"):
        paths[path] = {"post": _operation(path, "A report", taken, report)}
    path = "/api/v1/heartbeats/{name}"
    paths[path] = {"post": _operation(path, "A heartbeat of a check", heard, heartbeat)}
    for method, path, summary, answers in _others():
        paths.setdefault(_plain(path), {})[method] = _operation(path, summary, answers)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dispatcher's intake", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"code": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"code": []}, {}],
    }


def _others() -> Iterator[tuple[str, str, str, Described]]:
    """List the other tools' addresses: method, path, what it is, answers."""
    for path in ("/in/{token}", "/alerts/event", "/alerts/event/{provider}"):
        yield "post", path, "Any of these formats, or anything", _ANY_ANSWER
    for known in FORMATS:
        yield from _routes_of(known)
    for path in _PINGS:
        for method in ("get", "post"):
            yield method, path, "healthchecks' ping", _PINGED
    yield "get", "/api/push/{token:.+}", "Uptime Kuma's push", _ANY_ANSWER


def _routes_of(known: Format) -> Iterator[tuple[str, str, str, Described]]:
    for method, path in known.routes:
        if method in _METHODS:
            yield method.lower(), path, known.title, _ANY_ANSWER


def _plain(path: str) -> str:
    return _VARIABLE.sub(r"{\1}", path)


def _operation(
    path: str, summary: str, answers: Described, body: Described | None = None
) -> Described:
    content = _ANY_BODY if body is None else {"application/json": {"schema": body}}
    return {
        "summary": summary,
        "parameters": [_parameter(*found) for found in _VARIABLE.findall(path)],
        "requestBody": {"required": body is not None, "content": content},
        "responses": answers,
    }


def _parameter(name: str, pattern: str) -> Described:
    schema: Described = {"type": "string", "minLength": 1}
    if pattern := pattern or _PATTERNS.get(name, ""):
        schema["pattern"] = f"^(?:{pattern})$"
    return {"name": name, "in": "path", "required": True, "schema": schema}
