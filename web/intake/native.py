"""Our own wire format: POST /api/v1/reports, and the same at POST /.

    {"incident": {"title", "message", "level", "logs"}, "app_name", "code"}

Unknown keys are ignored. `fingerprint`, `tags`, `context`, `occurred_at` and `report_id` may stand
in the incident or beside it. `Authorization: Bearer <code>` is accepted instead of `code`.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from random import getrandbits
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import web

from core.cards import incident_url
from core.errors import InvalidReport
from core.levels import Level, level_of
from core.reports import NOTE_CHARS, LogPart, Receipt, Report, fingerprint_of
from core.settings import Settings
from web import keys
from web.intake.body import decode, is_deeper, read_body


class LogBody(msgspec.Struct):
    source: str = ""
    lines: list[str] = []
    truncated: bool = False
    note: str = ""


class Details(msgspec.Struct):
    """The optional keys, wherever they stand."""

    fingerprint: str | None = None
    tags: dict[str, str] | None = None
    context: dict[str, Any] | None = None
    occurred_at: datetime | float | None = None
    report_id: UUID | None = None


class IncidentBody(Details, kw_only=True):
    title: str
    message: str | None = None
    level: str | None = None
    logs: str | list[str | LogBody] | None = None


class Body(Details, kw_only=True):
    incident: IncidentBody
    app_name: str
    code: str | None = None
    dropped: int = 0
    dropped_by_reason: dict[str, int] = {}


_decoder = msgspec.json.Decoder(Body)
_encoder = msgspec.json.Encoder()


async def receive(request: web.Request) -> web.Response:
    """Take one report; answers 202 once it is committed."""
    app = request.app
    receipt = await app[keys.INTAKE].submit(await _report_in(request, app))
    answer = answer_of(receipt, app[keys.SETTINGS].base_url)
    return web.Response(status=202, body=_encoder.encode(answer), content_type="application/json")


async def _report_in(request: web.Request, app: web.Application) -> Report:
    """Read the request; what it was made of is free again before the report waits."""
    settings = app[keys.SETTINGS]
    raw = await read_body(request, settings.max_body_bytes, settings.body_seconds)
    body = decode(raw, _decoder, settings.max_depth)
    app_id = await app[keys.INTAKE].gate.app_id(body.app_name, _code(request, body))
    return report_of(body, app_id, len(raw), settings, app[keys.NOW]())


def answer_of(receipt: Receipt, base_url: str) -> dict[str, Any]:
    return {
        "report": receipt.uid,
        "incident": {
            "id": receipt.incident_id,
            "number": receipt.incident_id,
            "status": receipt.status,
            "new": receipt.new,
            "count": receipt.count,
            "url": incident_url(base_url, receipt.incident_id),
        },
    }


def report_of(body: Body, app_id: int, size: int, settings: Settings, now: datetime) -> Report:
    """Check a body against the limits and make the report of it. Raises InvalidReport."""
    incident = body.incident
    title = _title(incident.title, settings.max_title_chars)
    message = incident.message or ""
    _limit("incident.message", message, settings.max_message_chars)
    fingerprint = incident.fingerprint or body.fingerprint
    _limit("fingerprint", fingerprint or "", settings.max_fingerprint_chars)
    uid = incident.report_id or body.report_id
    return Report(
        app_id=app_id,
        uid=uid or new_uid(),
        uid_is_senders=uid is not None,
        title=title,
        message=message,
        level=_level(incident.level),
        fingerprint=fingerprint or fingerprint_of(title, message),
        occurred_at=_moment(incident.occurred_at or body.occurred_at, now),
        received_at=now,
        logs=_logs(incident.logs, settings),
        tags=_tags(incident.tags or body.tags or {}, settings),
        context=_context(_told(body), settings),
        dropped=min(max(body.dropped, 0), 2**31 - 1),
        size=size,
    )


def _told(body: Body) -> Mapping[str, Any]:
    """The sender's context, and why it dropped reports before this one, if it says so."""
    context = body.incident.context or body.context or {}
    why = body.dropped_by_reason
    return {**context, "dropped_by_reason": why} if why else context


def new_uid() -> UUID:
    """Make a UUID that grows with time (RFC 9562, version 7), so that its index only grows."""
    stamp = time.time_ns() // 1_000_000
    return UUID(
        int=(stamp << 80 | getrandbits(80)) & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    )


def _code(request: web.Request, body: Body) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else body.code or ""


def _title(title: str, limit: int) -> str:
    title = title.strip()
    if not title:
        raise InvalidReport("incident.title", "must not be empty")
    _limit("incident.title", title, limit)
    return title


def _limit(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise InvalidReport(field, f"longer than {limit} characters")


def _level(name: str | None) -> Level:
    if name is None:
        return Level.error
    level = level_of(name)
    if level is None:
        names = ", ".join(known.name for known in Level)
        raise InvalidReport("incident.level", f"not one of {names}")
    return level


def _moment(given: datetime | float | None, now: datetime) -> datetime:
    if given is None:
        return now
    try:
        if not isinstance(given, datetime):
            return datetime.fromtimestamp(given, UTC)
        return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except (OverflowError, OSError, ValueError):
        raise InvalidReport("occurred_at", "not a time between the years 1 and 9999") from None


def _logs(given: str | list[str | LogBody] | None, settings: Settings) -> tuple[LogPart, ...]:
    if not given:
        return ()
    if isinstance(given, str):
        return (LogPart("", _text(given)),)
    try:
        return (LogPart("", _text("\n".join(given))),)  # type: ignore[arg-type]  # most often they are lines
    except TypeError:
        return _sources(given, settings)


def _sources(given: list[str | LogBody], settings: Settings) -> tuple[LogPart, ...]:
    """Make one part of each source, also of one that stands there twice."""
    own = [line for line in given if isinstance(line, str)]
    sources = {"": LogBody(lines=own)} if own else {}
    for index, part in enumerate(given):
        if not isinstance(part, LogBody):
            continue
        _limit(f"incident.logs[{index}].source", part.source, settings.max_source_chars)
        known = sources.setdefault(part.source, LogBody(source=part.source))
        known.lines += part.lines
        known.truncated |= part.truncated
        known.note = known.note or part.note[:NOTE_CHARS]
    if len(sources) > settings.max_log_sources:
        reason = f"more than {settings.max_log_sources} sources"
        raise InvalidReport("incident.logs", reason)
    return tuple(
        LogPart(part.source, _text("\n".join(part.lines)), part.truncated, part.note)
        for part in sources.values()
    )


def _text(text: str) -> str:
    # Looking for one character is some hundred times quicker than for two of which one is common.
    text = text.replace("\r\n", "\n") if "\r" in text else text
    return text.removesuffix("\n")


def _tags(tags: Mapping[str, str], settings: Settings) -> Mapping[str, str]:
    if len(tags) > settings.max_tags:
        raise InvalidReport("tags", f"more than {settings.max_tags} tags")
    for name, value in tags.items():
        _limit("tags", name, settings.max_tag_chars)
        _limit(f"tags.{name}", value, settings.max_tag_chars)
    return tags


def _context(context: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    if not context:
        return context
    if is_deeper(context, settings.max_depth):
        raise InvalidReport("context", f"nested more than {settings.max_depth} levels deep")
    if len(_encoder.encode(context)) > settings.max_context_bytes:
        raise InvalidReport("context", f"larger than {settings.max_context_bytes} bytes as JSON")
    return context
