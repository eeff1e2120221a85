"""Words of the command line as values, each with a complaint of its own."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Tuple

from dispatcher_maker.levels import RANKS, Level, level_of

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def level(word: str) -> Level:
    found = level_of(word)
    if found is None:
        raise ArgumentTypeError(f"{word} is none of {', '.join(RANKS)}")
    return found


def count(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise ArgumentTypeError(f"{word} is no whole number from 0")
    return int(word)


def tag(word: str) -> Tuple[str, str]:
    key, separator, value = word.partition("=")
    if not key or not separator:
        raise ArgumentTypeError(f"{word} is not KEY=VALUE")
    return key, value


def name(word: str) -> str:
    if not word.strip():
        raise ArgumentTypeError("must not be empty")
    return word.strip()


def whole_seconds(word: str) -> int:
    return max(1, round(seconds(word)))


def seconds(word: str) -> float:
    number, unit = (word[:-1], word[-1]) if word[-1:] in _UNITS else (word, "s")
    try:
        seconds = float(number) * _UNITS[unit]
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"{word} is no time like 90, 30s, 5m, 1h or 1d")
    return seconds
