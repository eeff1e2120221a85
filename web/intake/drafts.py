"""What a format makes of each thing in a body: a draft, cut to our limits to become a report.

Our own format refuses what is over a limit, because its sender can mend it; other tools cannot,
so theirs is cut and marked, never refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from core.levels import Level
from core.reports import LogPart, RawBody, Report, Signal, fingerprint_of, fingerprint_of_key
from core.settings import Settings
from web.intake.native import new_uid
from web.intake.words import untagged

UNTITLED = "Report without a title"
CUT = "…"


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One thing that a sender tells.

    `key` is its identity in the sender's own words; without one it is grouped by its text.
    `uid` makes repetitions of the same message one report. A signal may name its incident by our
    own number instead. What is not told again by `lasts_until` is over. The lines that came before
    on `stream`, of this `trace` if there are any, become part of the logs.
    """

    title: str
    key: str | None = None
    signal: Signal = Signal.trigger
    message: str = ""
    level: Level | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    links: Sequence[Link] = ()
    logs: Sequence[LogPart] = ()
    occurred_at: datetime | None = None
    uid: UUID | None = None
    incident_id: int | None = None
    lasts_until: datetime | None = None
    snooze_for: timedelta | None = None
    stream: str = ""
    trace: str = ""


def report_of(
    draft: Draft,
    namespace: str,
    app_id: int,
    settings: Settings,
    now: datetime,
    raw: RawBody | None = None,
) -> Report:
    """Cut a draft to the limits and make its report; keys of one namespace are comparable."""
    title = cut(_title_of(draft), settings.max_title_chars) or UNTITLED
    message = cut(draft.message, settings.max_message_chars)
    logs = tuple(_log_of(part, settings) for part in draft.logs[: settings.max_log_sources])
    return Report(
        app_id=app_id,
        uid=draft.uid or new_uid(),
        uid_is_senders=draft.uid is not None,
        signal=draft.signal,
        title=title,
        message=message,
        level=draft.level or Level.error,
        fingerprint=(
            fingerprint_of(title, message)
            if draft.key is None
            else fingerprint_of_key(namespace, draft.key)
        ),
        occurred_at=_utc(draft.occurred_at) or now,
        received_at=now,
        logs=logs,
        tags=_tags_of(draft.tags, settings),
        context=_context_of(draft, settings),
        raw=raw,
        size=len(title) + len(message) + sum(len(part.text) for part in logs),
    )


def _title_of(draft: Draft) -> str:
    title = draft.title.strip()
    return untagged(title) if draft.signal is Signal.trigger else title


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + CUT


def _log_of(part: LogPart, settings: Settings) -> LogPart:
    """Keep the end of a log, where the failure is."""
    source = cut(part.source, settings.max_source_chars)
    text, truncated = part.text, part.truncated
    if len(text) > settings.max_body_bytes:
        text, truncated = text[-settings.max_body_bytes :], True
    return LogPart(source, text.replace("\r\n", "\n").removesuffix("\n"), truncated, part.note)


def _tags_of(tags: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    limit = settings.max_tag_chars
    given = [(name, value) for name, value in tags.items() if value not in (None, "", [], {})]
    return {
        cut(str(name), limit): cut(_text_of(value), limit)
        for name, value in given[: settings.max_tags]
    }


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _context_of(draft: Draft, settings: Settings) -> dict[str, Any]:
    """Put the links and the rest together; what is too large gives way to a word about it."""
    links = [{"text": link.text, "url": link.url} for link in draft.links if link.url]
    context = {**({"links": links} if links else {}), **draft.context}
    if not context or len(msgspec.json.encode(context)) <= settings.max_context_bytes:
        return context
    kept: dict[str, Any] = {}
    room = settings.max_context_bytes - 200
    for name, value in context.items():
        size = len(msgspec.json.encode({name: value}))
        if size <= room:
            kept[name], room = value, room - size
    return {**kept, "cut": f"larger than {settings.max_context_bytes} bytes"}


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None or not 1 < moment.year < 9999:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
