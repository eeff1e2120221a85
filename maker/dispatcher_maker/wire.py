"""A report as the bytes of the wire, within the server's limits.

Whatever the caller passed becomes something that can be sent; `check` is for those who want
to hear about it instead.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from .errors import InvalidReport
from .levels import level_of
from .scope import Scope
from .tails import LogPart

TITLE_CHARS = 200
MESSAGE_CHARS = 16 * 1024
FINGERPRINT_CHARS = 255
TAGS = 50
TAG_CHARS = 200
CONTEXT_BYTES = 60_000
CUT_CONTEXT_CHARS = 8_000
CONTEXT_DEPTH = 20
VALUE_CHARS = 2_000
BODY_BYTES = 1_000_000  # the server takes 1 MiB; the rest is for the app's name


class Draft(NamedTuple):
    """A report as the caller passed it, unchecked; `storm` is the key to fold it under."""

    title: object
    message: object = None
    level: object = "error"
    logs: Any = None
    max_logs_to_send: object = None
    fingerprint: object = None
    tags: object = None
    context: object = None
    occurred_at: object = None
    exc: object = None
    storm: Optional[str] = None


def check(draft: Draft) -> None:
    """Raise InvalidReport for what `incident_of` would have to change."""
    if not isinstance(draft.title, str) or not draft.title.strip():
        raise InvalidReport("title", "must be a text that is not empty")
    if not isinstance(draft.message, (str, type(None))):
        raise InvalidReport("message", "must be a text")
    if level_of(draft.level) is None:
        raise InvalidReport("level", f"{draft.level!r} is not debug, info, warning, error or crit")
    if draft.max_logs_to_send is not None and count_of(draft.max_logs_to_send) is None:
        raise InvalidReport("max_logs_to_send", "must be a whole number from 0")
    if not isinstance(draft.occurred_at, (datetime, type(None))):
        raise InvalidReport("occurred_at", "must be a datetime")
    for name, value in (("tags", draft.tags), ("context", draft.context)):
        if not isinstance(value, (Mapping, type(None))):
            raise InvalidReport(name, "must be a mapping")
    if not isinstance(draft.exc, (BaseException, type(None))):
        raise InvalidReport("exc", "must be an exception")


def new_report_id() -> str:
    """Make a random UUID; importing uuid for it would cost a tenth of the import budget."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def incident_of(
    draft: Draft, level: str, logs: List[LogPart], report_id: str, around: Scope
) -> Dict[str, Any]:
    """Make the wire's "incident"; what the draft says itself counts over what is around it."""
    context = {**around.context, **mapping_of(draft.context, "text")}
    incident: Dict[str, Any] = {
        "title": text_of(draft.title, TITLE_CHARS).strip() or "(no title)",
        "message": "" if draft.message is None else text_of(draft.message, MESSAGE_CHARS),
        "level": level,
        "logs": logs,
        "report_id": report_id,
        "occurred_at": _utc_text_of(draft.occurred_at),
        "context": {**_facts(), **_context_of(context)},
    }
    tags = _tags_of({**around.tags, **mapping_of(draft.tags, "tags")})
    if tags:
        incident["tags"] = tags
    if draft.fingerprint:
        incident["fingerprint"] = text_of(draft.fingerprint, FINGERPRINT_CHARS)
    return incident


def encoded(incident: Dict[str, Any]) -> bytes:
    """Encode an incident, with its logs halved as often as the server's limit asks for."""
    data = encode(incident)
    while len(data) > BODY_BYTES and _halve(incident.get("logs", [])):
        data = encode(incident)
    return data


def with_half_the_logs(incident: bytes) -> Optional[bytes]:
    """Encode an incident again with the newer half of each source; None if there were no logs."""
    decoded = json.loads(incident)
    return encode(decoded) if _halve(decoded.get("logs", [])) else None


def body_of(incident: bytes, app_name: str, dropped: Mapping[str, int]) -> bytes:
    """Make a request's body of an encoded incident and of the losses before it, by reason."""
    around: Dict[str, Any] = {"app_name": app_name}
    if dropped:
        around["dropped"] = sum(dropped.values())
        around["dropped_by_reason"] = dropped
    return b'{"incident":' + incident + b"," + encode(around)[1:]


def _halve(logs: List[LogPart]) -> bool:
    parts = [part for part in logs if part["lines"]]
    for part in parts:
        del part["lines"][: (len(part["lines"]) + 1) // 2]
        part["truncated"] = True
    return bool(parts)


def encode(value: Mapping[str, Any]) -> bytes:
    """Encode as JSON; what JSON cannot hold goes as text."""
    return _JSON.encode(value).encode("utf-8", "replace")


def text_of(value: object, limit: int = VALUE_CHARS) -> str:
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # noqa: BLE001 - a broken __str__ of the host must not cost the report
        text = f"<{type(value).__name__}>"
    return text[:limit].replace("\0", "")


def _facts() -> Dict[str, object]:
    """Name the process that reports; asked each time, for it may be a fork."""
    host = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return {"host": host, "pid": os.getpid(), "python": _PYTHON}


def mapping_of(value: object, name: str) -> Mapping[Any, Any]:
    """Take a mapping, or put anything else under a name."""
    if isinstance(value, Mapping):
        return value
    return {} if value is None else {name: value}


def _tags_of(tags: Mapping[Any, Any]) -> Dict[str, str]:
    pairs = list(tags.items())[:TAGS]
    return {text_of(key, TAG_CHARS): text_of(value, TAG_CHARS) for key, value in pairs}


def _context_of(context: Mapping[Any, Any]) -> Any:
    try:
        if not _may_fit(context):
            return {"truncated": _start_of(context)}
        data = encode(context)
        snapshot = json.loads(data)
    except Exception:  # noqa: BLE001 - a key, NaN, a cycle, changed meanwhile, a broken class of the host
        return {"text": text_of(context, CUT_CONTEXT_CHARS)}
    if len(data) > CONTEXT_BYTES or _is_deeper(snapshot, CONTEXT_DEPTH):
        return {"truncated": data.decode("utf-8")[:CUT_CONTEXT_CHARS]}
    return snapshot


def _may_fit(context: Any) -> bool:
    """Say whether a context is worth encoding: one of millions of values would take a second."""
    left, waiting = CONTEXT_BYTES, [context]
    while waiting:
        value = waiting.pop()
        left -= len(value) if isinstance(value, (str, dict, list, tuple)) else 1
        if left < 0:
            return False
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
    return True


def _start_of(context: Any) -> str:
    start = ""
    for piece in _JSON.iterencode(context):
        start += piece
        if len(start) >= CUT_CONTEXT_CHARS:
            break
    return start[:CUT_CONTEXT_CHARS]


def _is_deeper(value: Any, depth: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_is_deeper(part, depth - 1) for part in inner)


def _utc_text_of(moment: object) -> str:
    try:
        if isinstance(moment, datetime):
            return moment.astimezone(timezone.utc).isoformat()
    except (OverflowError, OSError, ValueError):
        pass  # a year that no time zone reaches
    return datetime.now(timezone.utc).isoformat()


def count_of(value: object) -> Optional[int]:
    """Take a whole number from 0; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


_PYTHON = ".".join(map(str, sys.version_info[:3]))
_JSON = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=text_of
)
