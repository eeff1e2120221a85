"""The wire's five levels, and the names that other tools use for them."""

from enum import IntEnum


class Level(IntEnum):
    """How bad a report is; comparable, stored by its number."""

    debug = 10
    info = 20
    warning = 30
    error = 40
    crit = 50


_ALIASES = {
    "critical": Level.crit,
    "fatal": Level.crit,
    "warn": Level.warning,
    **{level.name: level for level in Level},
}


def level_of(name: str) -> Level | None:
    """Find the level of a name, whatever its case; None for a name that is nobody's."""
    return _ALIASES.get(name.strip().lower())
