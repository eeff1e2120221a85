"""A Sentry event as a draft: title, grouping, breadcrumbs and traceback.

https://develop.sentry.dev/sdk/foundations/envelopes/event-payloads/
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.errors import InvalidReport
from core.levels import Level
from core.reports import LogPart, masked
from web.intake.drafts import Draft
from web.intake.words import (
    address_in,
    first_of,
    level_in,
    list_in,
    map_in,
    maps_in,
    moment_in,
    text_in,
)

_DEFAULT = {"{{ default }}", "{{default}}"}
_TAGS = ("environment", "release", "server_name", "logger", "transaction", "platform", "dist")
_CONTEXT = ("contexts", "extra", "user", "request", "modules", "sdk")


def event_draft(event: Mapping[str, Any], *, stream: str = "") -> Draft:
    """Make the draft of an event; its id makes a repetition the same report."""
    exceptions = _exceptions(event)
    return Draft(
        title=_title(event, exceptions),
        key=_key(event, exceptions),
        message=_message(event, exceptions),
        level=level_in(event.get("level") or "error"),
        tags={**{name: event.get(name) for name in _TAGS}, **_tags(event)},
        context={name: event[name] for name in _CONTEXT if event.get(name)},
        logs=_logs(event, exceptions),
        occurred_at=moment_in(event.get("timestamp")),
        uid=uid_of(event.get("event_id")),
        stream=stream,
        trace=text_in(map_in(map_in(event.get("contexts")).get("trace")).get("trace_id")),
    )


def csp_draft(body: Mapping[str, Any]) -> Draft:
    """Make the draft of what a browser did not load, because of a page's security policy.

    https://www.w3.org/TR/CSP3/#deprecated-serialize-violation
    """
    report = map_in(body.get("csp-report"))
    rule = text_in(first_of(report, "effective-directive", "violated-directive")).partition(" ")[0]
    if not rule:
        raise InvalidReport("csp-report.violated-directive", "required")
    blocked = text_in(report.get("blocked-uri"))
    address = address_in(blocked)
    origin = f"{address.scheme}://{address.netloc}" if address.netloc else blocked
    return Draft(
        title=f"Blocked by {rule}: {origin or 'inline'}",
        key=f"csp {rule} {origin}",
        message=blocked,
        level=Level.warning,
        tags={"page": report.get("document-uri"), "referrer": report.get("referrer")},
        context={"csp-report": report},
    )


def uid_of(value: Any) -> UUID | None:
    try:
        return UUID(text_in(value))
    except ValueError:
        return None


def _exceptions(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The chain of exceptions, the one that was raised last at the end."""
    given = event.get("exception")
    if isinstance(given, dict):
        given = given.get("values", [given])
    return maps_in(given)


def _title(event: Mapping[str, Any], exceptions: list[dict[str, Any]]) -> str:
    if exceptions:
        return _named(exceptions[-1])
    return _said(event).lstrip().partition("\n")[0]


def _message(event: Mapping[str, Any], exceptions: list[dict[str, Any]]) -> str:
    said = _said(event)
    return said if exceptions or "\n" in said else ""


def _said(event: Mapping[str, Any]) -> str:
    """The event's own message, filled in."""
    for name in ("logentry", "message"):
        value = event.get(name)
        if isinstance(value, dict):
            value = first_of(value, "formatted", "message")
        if value:
            return text_in(value)
    return ""


def _named(exception: Mapping[str, Any]) -> str:
    kind, value = text_in(exception.get("type")), text_in(exception.get("value"))
    return f"{kind}: {value}" if kind and value else kind or value


def _key(event: Mapping[str, Any], exceptions: list[dict[str, Any]]) -> str:
    """The client's fingerprint with our own in the place of its default, else our own."""
    own = _own_key(event, exceptions)
    given = [text_in(part) for part in list_in(event.get("fingerprint"))]
    return "\n".join(own if part.strip() in _DEFAULT else part for part in given) or own


def _own_key(event: Mapping[str, Any], exceptions: list[dict[str, Any]]) -> str:
    """Group by where it was raised; what has no frames, by its text before it was filled in."""
    transaction = text_in(event.get("transaction"))
    if exceptions:
        raised = exceptions[-1]
        kind, frame = text_in(raised.get("type")), _top_frame(raised)
        place = (
            f"{frame.get('module') or frame.get('filename')} {frame.get('function')}"
            if frame
            else masked(text_in(raised.get("value")))
        )
        return f"{kind}\n{place}\n{transaction}"
    entry = event.get("logentry") or event.get("message")
    template = text_in(entry.get("message")) if isinstance(entry, dict) else text_in(entry)
    return f"{text_in(event.get('logger'))}\n{masked(template or _said(event))}"


def _top_frame(exception: Mapping[str, Any]) -> dict[str, Any]:
    """The newest frame of the app's own code, else the newest."""
    frames = maps_in(map_in(exception.get("stacktrace")).get("frames"))
    own = [frame for frame in frames if frame.get("in_app")]
    return (own or frames or [{}])[-1]


def _tags(event: Mapping[str, Any]) -> dict[str, Any]:
    """Tags come as a map or as a list of pairs."""
    given = event.get("tags")
    if isinstance(given, dict):
        return given
    pairs = (pair for pair in list_in(given) if isinstance(pair, list) and len(pair) == 2)
    return {text_in(name): value for name, value in pairs}


def _logs(event: Mapping[str, Any], exceptions: list[dict[str, Any]]) -> list[LogPart]:
    crumbs = event.get("breadcrumbs")
    crumbs = maps_in(crumbs.get("values") if isinstance(crumbs, dict) else crumbs)
    lines = [_crumb_line(crumb) for crumb in crumbs]
    trace = [line for exception in exceptions for line in _traceback(exception)]
    parts = (LogPart("breadcrumbs", "\n".join(lines)), LogPart("traceback", "\n".join(trace)))
    return [part for part in parts if part.text]


def _crumb_line(crumb: Mapping[str, Any]) -> str:
    moment = moment_in(crumb.get("timestamp"))
    words = (
        f"{moment:%H:%M:%S}" if moment else "",
        text_in(crumb.get("level")).upper() or Level.info.name.upper(),
        text_in(crumb.get("category")),
        text_in(crumb.get("message")) or _data_text(crumb.get("data")),
    )
    return " ".join(word for word in words if word)


def _data_text(data: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in map_in(data).items())


def _traceback(exception: Mapping[str, Any]) -> list[str]:
    """Write an exception as Python does, the newest frame last."""
    frames = maps_in(map_in(exception.get("stacktrace")).get("frames"))
    lines = ["Traceback (most recent call last):"] if frames else []
    for frame in frames:
        file = text_in(first_of(frame, "filename", "abs_path", "module"))
        mark = "" if frame.get("in_app", True) else " (library)"
        lines.append(
            f'  File "{file}", line {frame.get("lineno")}, in {frame.get("function")}{mark}'
        )
        if code := text_in(frame.get("context_line")).strip():
            lines.append(f"    {code}")
    return [*lines, _named(exception)]
