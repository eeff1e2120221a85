"""Anything: a JSON object or a list of them, a form, or plain text whose first line is the title.

`some_job 2>&1 | tail -200 | curl --data-binary @- URL` works, and so does a tool whose body is its
own: the usual names of each thing are looked for. Names after goalert's and Keep's generic APIs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from core.cards import incident_url
from core.errors import InvalidReport
from core.levels import Level
from core.reports import LogPart, Signal, masked
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.words import first_of, lasting_name, level_in, map_in, moment_in, signal_in, text_in

MAX_COMPARED = 1000
MAX_SHOWN = 5
TITLES = ("title", "summary", "subject", "alert_name", "name", "event", "msg")
MESSAGES = ("message", "description", "details", "body", "text")
LEVELS = ("severity", "level", "priority", "urgency")
KEYS = ("dedup_key", "dedup", "fingerprint", "alert_uid", "incident_key", "alias", "key")
SIGNALS = ("event_action", "action", "status", "state")
TIMES = ("timestamp", "time", "starts_at", "start_time")
LINKS = ("url", "link", "link_to_upstream_details", "runbook_url", "dashboard_url", "image_url")
LOGS = ("log", "logs", "tail", "traceback", "stack", "output")
TAGS = ("labels", "tags", "meta", "fields", "extra", "custom_details", "attributes")
PLACES = (
    "environment",
    "env",
    "region",
    "cluster",
    "namespace",
    "service",
    "job",
    "host",
    "instance",
)
_TEXTS = frozenset((*TITLES, *MESSAGES))
_FORM = frozenset((*TITLES, *MESSAGES, *KEYS))
_READ = frozenset((*TITLES, *MESSAGES, *LEVELS, *KEYS, *SIGNALS, *TIMES, *LINKS, *LOGS, *TAGS))


def read(inbound: Inbound) -> Sequence[Draft]:
    if (body := _json_in(inbound)) is not None:
        items = body if isinstance(body, list) else [body]
        if not items:
            raise InvalidReport("body", "an empty list")
        return [draft_of(item) for item in items]
    fields = {**inbound.query, **inbound.form}
    fields = {name: value for name, value in fields.items() if name not in {"token", "key"}}
    # curl calls whatever it sends a form, the output of a job among it: a form names our fields.
    named = not _FORM.isdisjoint(name.lower() for name in fields)
    if fields and ((inbound.form and named) or not inbound.body):
        return [_form_draft(fields)]
    return [_text_draft(inbound)]


def _json_in(inbound: Inbound) -> Any:
    """The body as JSON; None where it only begins like some, as lines of a log do."""
    if inbound.looks_like_json and inbound.content_type.endswith("json"):
        return inbound.json
    return inbound.json_or_none


def draft_of(body: Any) -> Draft:
    """Make a draft of any JSON object."""
    if not isinstance(body, dict):
        raise InvalidReport("body", "expected a JSON object, or a list of them")
    named = {str(name).lower(): value for name, value in body.items()}
    title, message = _title_and_message(named)
    state = first_of(named, *SIGNALS)
    signal, tags = signal_in(state), _tags(named)
    key = first_of(named, *KEYS) or (state is not None and named.get("id")) or None
    if not title.strip() and (key is None or signal is Signal.trigger):
        title = _title_of_anything(body)
    if not title and key is None:
        raise InvalidReport("title", f"required: one of {', '.join((*TITLES, 'text', 'message'))}")
    return Draft(
        title=title,
        message=message,
        key=_own_key(title, {**named, **tags}) if key is None else _key_text(key),
        signal=signal,
        level=level_in(first_of(named, *LEVELS)),
        tags=tags,
        context={name: value for name, value in body.items() if _is_more(str(name), value)},
        links=_links(named),
        logs=_logs(first_of(named, *LOGS)),
        occurred_at=moment_in(first_of(named, *TIMES)),
    )


def answer(inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    first = taken[0]
    number = first.number
    body = {
        "id": number,
        "key": first.draft.key,
        "new": first.is_new,
        "url": incident_url(inbound.base_url, number) if number else None,
        "telegram": first.telegram,
        "reports": len(taken),
    }
    return web.json_response(body, status=202)


def _title_and_message(named: Mapping[str, Any]) -> tuple[str, str]:
    title, message = _said(named, TITLES), _said(named, MESSAGES)
    if title:
        return title, message
    said = _said(named, ("text", *MESSAGES))
    title, _, rest = said.lstrip().partition("\n")
    return title, rest if said == message else message


def _title_of_anything(body: Mapping[str, Any]) -> str:
    """Show the first fields of a body that calls nothing by a name we know."""
    more = [(name, value) for name, value in body.items() if _is_more(str(name), value)]
    texts = [f"{name}: {value}" for name, value in more if isinstance(value, str | int | float)]
    return ", ".join(texts[:MAX_SHOWN] or [str(name) for name, _ in more[:MAX_SHOWN]])


def _said(named: Mapping[str, Any], names: Sequence[str]) -> str:
    """Find the first of these names that holds a text."""
    texts = {name: named[name] for name in names if isinstance(named.get(name), str | int | float)}
    return text_in(first_of(texts, *names))


def _is_more(name: str, value: Any) -> bool:
    """Say whether a field is kept beside what is read, as an object where a text should be is."""
    name = name.lower()
    return name not in _READ or (name in _TEXTS and isinstance(value, dict | list))


def _own_key(title: str, told: Mapping[str, Any]) -> str:
    """Group by what happened where: the message differs when it is over, too."""
    found = [(name, told.get(name)) for name in PLACES]
    places = [f"{name}={value}" for name, value in found if isinstance(value, str) and value]
    return " ".join([masked(lasting_name(title[:MAX_COMPARED])), *places])


def _key_text(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key, sort_keys=True)


def _tags(named: Mapping[str, Any]) -> dict[str, Any]:
    tags: dict[str, Any] = {}
    for name in TAGS:
        value = named.get(name)
        if isinstance(value, list):
            tags[name] = ", ".join(map(str, value))
        tags |= map_in(value)
    return tags


def _links(named: Mapping[str, Any]) -> list[Link]:
    return [Link(name, value) for name in LINKS if isinstance(value := named.get(name), str)]


def _logs(value: Any) -> list[LogPart]:
    if not value:
        return []
    lines = value if isinstance(value, list) else [value]
    return [LogPart("", "\n".join(map(text_in, lines)))]


def _form_draft(fields: Mapping[str, str]) -> Draft:
    """Read a form; goalert's senders give labels as `meta=name=value`."""
    body: dict[str, Any] = dict(fields)
    if isinstance(meta := body.get("meta"), str) and "=" in meta:
        name, _, value = meta.partition("=")
        body["meta"] = {name: value}
    return draft_of(body)


def _text_draft(inbound: Inbound) -> Draft:
    text = inbound.text.strip("\r\n")
    title, _, rest = text.lstrip().partition("\n")
    if not title.strip():
        raise InvalidReport("body", "empty: the first line is the title")
    level = level_in(inbound.query.get("level", ""), Level.error)
    logs = [LogPart("", rest)] if rest.strip() else []
    return Draft(title=title, level=level, logs=logs, signal=Signal.trigger)


FORMAT = Format(
    name="generic",
    title="JSON, form or text",
    read=read,
    recognises=lambda _: True,
    answer=answer,
    linked=True,
)
