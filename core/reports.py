"""A report as a value, and the fingerprint that says which incident it belongs to. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec

from core.levels import Level
from core.lifecycle import Status

FINGERPRINT_CHARS = 255
SOURCE_CHARS = 500
NOTE_CHARS = 500
_MASKED_CHARS = 2000
_COMPARED_CHARS = 200

_VARYING = re.compile(
    r"""
      "[^"\n]*" | «[^»\n]*» | “[^”\n]*” | `[^`\n]*`
    | (?<!\w)'[^\n]*?'(?!\w)
    | (?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!\w)
    | (?<![\w/])(?:[a-z][a-z0-9+.-]*://|[A-Za-z]:\\|~?/)[^\s,;"'()<>\]]+
    | (?<![0-9a-z])0x[0-9a-f]+
    | (?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{6,}(?![0-9a-z])
    | [0-9]+(?:[.,:\-/T+][0-9]+)*Z?
    """,
    re.VERBOSE | re.IGNORECASE,
)

# What every alternative above needs at least one of: most lines have none, and this is quick.
_MAY_VARY = re.compile(r"""["«“`'0-9\-/\\]""")


class Signal(StrEnum):
    """What a sender wants: open or count an incident, take it, give it back, end it, or tell."""

    trigger = "trigger"
    acknowledge = "acknowledge"
    unacknowledge = "unacknowledge"
    snooze = "snooze"
    resolve = "resolve"
    note = "note"


class LogPart(msgspec.Struct, frozen=True):
    """The text one source sent; `note` says why there is none, e.g. that the file is missing."""

    source: str
    text: str
    truncated: bool = False
    note: str = ""


class RawBody(msgspec.Struct, frozen=True):
    """A body as another tool sent it, cut; the reports that were read from it share it.

    `hints` are the headers that say how it is to be read.
    """

    format: str
    hints: Mapping[str, str]
    body: bytes
    truncated: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence, checked and complete; times are aware UTC."""

    app_id: int
    uid: UUID
    title: str
    message: str
    level: Level
    fingerprint: str
    occurred_at: datetime
    received_at: datetime
    logs: tuple[LogPart, ...] = ()
    tags: Mapping[str, str] = {}
    context: Mapping[str, Any] = {}
    dropped: int = 0
    size: int = 0
    uid_is_senders: bool = False
    signal: Signal = Signal.trigger
    raw: RawBody | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What became of a report; `count` and `status` are those of its incident at the commit."""

    uid: UUID
    incident_id: int
    status: Status
    new: bool
    count: int


def masked(text: str) -> str:
    """Replace what varies between two occurrences of one thing.

    Numbers, hex ids, UUIDs, quoted strings, paths, addresses and times become one mark.
    """
    return _VARYING.sub("*", text) if _MAY_VARY.search(text) else text


def fingerprint_of(title: str, message: str) -> str:
    """Make the key of a report that names none: masked title and first message line."""
    line = message.lstrip().partition("\n")[0].rstrip()
    key = f"{_compared(title)}\n{_compared(line)}"
    return blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _compared(text: str) -> str:
    # Cut after the masking: where the cut falls must not depend on how long a number is.
    return masked(text[:_MASKED_CHARS])[:_COMPARED_CHARS]


def fingerprint_of_key(namespace: str, key: str) -> str:
    """Make the fingerprint of a sender's own key; `namespace` keeps two senders' keys apart."""
    whole = f"{namespace}:{key}"
    if len(whole) <= FINGERPRINT_CHARS:
        return whole
    return f"{namespace}:{blake2b(key.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def search_text_of(title: str, message: str) -> str:
    """Fold what the incident list searches in; the search's own words are folded the same way."""
    return folded(f"{title}\n{message[:2000]}")


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
