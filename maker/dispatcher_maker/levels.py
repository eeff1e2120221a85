"""The five levels of the wire, and the other names they are known by."""

from __future__ import annotations

from typing import Dict, Literal, Optional, Union

Level = Literal["debug", "info", "warning", "error", "crit"]
AnyLevel = Union[Level, Literal["critical", "fatal", "warn"], int]

RANKS: Dict[Level, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40, "crit": 50}

_NAMES: Dict[str, Level] = {
    "debug": "debug",
    "info": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "crit": "crit",
    "critical": "crit",
    "fatal": "crit",
}


def level_of(value: object) -> Optional[Level]:
    """Find the level of a name, whatever its case, or of a number of the logging module."""
    if isinstance(value, str):
        return _NAMES.get(value.strip().lower())
    if isinstance(value, int) and not isinstance(value, bool):
        return _level_at(value)
    return None


def _level_at(number: int) -> Level:
    reached: Level = "debug"
    for level, rank in RANKS.items():
        if number >= rank:
            reached = level
    return reached
