"""The words that other tools use for levels, states and times, in one place for all formats."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core.levels import Level
from core.reports import Signal

_LEVELS = {
    Level.crit: "crit critical fatal emergency emerg alert panic page disaster p1 s1 sev1 blocker",
    Level.error: "error err high major p2 s2 sev2",
    Level.warning: "warning warn medium minor average p3 s3 sev3",
    Level.info: "info information informational notice low p4 s4 sev4 p5 s5 sev5 normal ok",
    Level.debug: "debug trace verbose",
}
LEVELS = {word: level for level, words in _LEVELS.items() for word in words.split()}

_SIGNALS = {
    Signal.resolve: "close closed resolve resolved ok up recovered recovery normal inactive "
    "success succeeded passed",
    Signal.acknowledge: "ack acked acknowledge acknowledged",
}
SIGNALS = {word: signal for signal, words in _SIGNALS.items() for word in words.split()}

_TAG = re.compile(
    r"^\[(?:firing|alerting|no data|problem|triggered)(?:[:,][^\]]*)?\]\s*", re.IGNORECASE
)
_STATE = re.compile(
    r"""
      \[(?:🔴\ down|✅\ up)\].*
    | \bis\ (?:up|down)\b
    | \[?\b(?:ok|problem|resolved|firing|alerting)\b(?::\d+)?:?\]?
    """,
    re.VERBOSE | re.IGNORECASE,
)

# The largest number that a unit's time can be: seconds end in the year 5138, and so on.
_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6))


def level_in(value: Any, default: Level = Level.error) -> Level:
    """Read another tool's severity; what nobody knows is the default."""
    return LEVELS.get(str(value).strip().lower(), default)


def signal_in(value: Any) -> Signal:
    """Read another tool's state: what says neither taken nor over is a trigger."""
    return SIGNALS.get(str(value).strip().lower(), Signal.trigger)


def untagged(title: str) -> str:
    """Take the state off a title, where it stands before it: "[FIRING:1] Disk" is about a disk."""
    return _TAG.sub("", title).strip() or title


def lasting_name(title: str) -> str:
    """Make a name of a title that is the same when it is over.

    Titles of Uptime Kuma, Zabbix and Grafana say the state in words: without them the two pair.
    """
    return " ".join(_STATE.sub(" ", title).lower().split())


def moment_in(value: Any) -> datetime | None:
    """Read RFC 3339 or a number since 1970 in s, ms, µs or ns; None for anything else."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        return _from_number(float(value))
    except (TypeError, ValueError, OverflowError, OSError):
        return _from_text(str(value))


def first_of(body: Mapping[str, Any], *names: str) -> Any:
    """Find the first of these names that is there and says something."""
    return next((body[name] for name in names if body.get(name) not in (None, "", [], {})), None)


def text_in(value: Any) -> str:
    """Make a text of what should be one."""
    return "" if value is None else value if isinstance(value, str) else str(value)


def address_in(value: Any) -> SplitResult:
    """Take an address apart; what is none has no parts."""
    try:
        return urlsplit(text_in(value))
    except ValueError:
        return urlsplit("")


def map_in(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_in(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def maps_in(value: Any) -> list[dict[str, Any]]:
    """Keep the objects of what should be a list of objects."""
    return [item for item in list_in(value) if isinstance(item, dict)]


def _from_number(number: float) -> datetime:
    divisor = next((divisor for most, divisor in _UNITS if abs(number) < most), 1e9)
    return datetime.fromtimestamp(number / divisor, UTC)


def _from_text(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
