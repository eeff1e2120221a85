"""The timeline as sentences: what happened, by whom, from where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.i18n import N_, Translator
from core.levels import Level
from core.models import Entry
from core.timeline import Kind, Source
from core.words import level_word
from web.times import exact

_FACTS = {
    Kind.opened: N_("Opened by its first report"),
    Kind.level_raised: N_("Level raised to %(level)s by a report"),
    Kind.acknowledged: N_("Acknowledged by %(name)s"),
    Kind.unacknowledged: N_("Unacknowledged by %(name)s"),
    Kind.resolved: N_("Resolved by %(name)s"),
    Kind.reopened: N_("Reopened by %(name)s"),
    Kind.snoozed: N_("Snoozed by %(name)s until %(time)s"),
    Kind.commented: N_("Comment by %(name)s"),
    Kind.edited: N_("Edited by %(name)s"),
    Kind.refused: N_("Refused: %(name)s may not act here"),
}
_SOURCES = {
    Source.telegram: N_("in Telegram"),
    Source.web: N_("on the web"),
    Source.api: N_("through the API"),
    Source.app: N_("from the app"),
    Source.system: N_("by itself"),
}
_FIELDS = {
    "title": N_("Title"),
    "level": N_("Level"),
    "app": N_("App"),
    "assignee": N_("Assignee"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One edited field, with its value before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry, as the reader reads it."""

    kind: str
    at: datetime
    sentence: str
    source: str
    text: str
    changes: Sequence[Change]


def facts_of(entries: Sequence[Entry], t: Translator, zone: tzinfo) -> list[Fact]:
    return [_fact(entry, t, zone) for entry in entries]


def _fact(entry: Entry, t: Translator, zone: tzinfo) -> Fact:
    data = entry.data or {}
    edited = data.items() if entry.kind == Kind.edited else ()
    return Fact(
        kind=entry.kind,
        at=entry.at,
        sentence=_sentence(entry, t, zone),
        source=t(_SOURCES[Source(entry.source)]),
        text=str(data.get("text", "")),
        changes=[
            Change(t(_FIELDS[name]), _shown(t, name, before), _shown(t, name, after))
            for name, (before, after) in edited
        ],
    )


def _sentence(entry: Entry, t: Translator, zone: tzinfo) -> str:
    data, kind = entry.data or {}, Kind(entry.kind)
    if kind is Kind.reopened and entry.source == Source.system:
        return t("Reopened: the snooze is over")
    values: dict[str, object] = {"name": entry.actor}
    if "level" in data and kind is not Kind.edited:
        values["level"] = level_word(t, Level[data["level"]])
    if "until" in data:
        values["time"] = exact(t, zone, datetime.fromisoformat(data["until"]))
    return t(_FACTS[kind], **values)


def _shown(t: Translator, field: str, value: str | None) -> str:
    if value is None:
        return t("nobody")
    return level_word(t, Level[value]) if field == "level" else value
