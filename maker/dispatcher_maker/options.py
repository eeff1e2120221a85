"""Where each option of a dispatcher comes from: the argument, else the environment, else the
default. The one reader of the environment in this package.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class Option(NamedTuple):
    """An option by its argument's name; `read` makes its value of a variable's text."""

    name: str
    variable: str
    read: Callable[[str], object]
    default: object


class Chosen(NamedTuple):
    """The value of every option; `sources` says "argument", "default" or the variable's name."""

    values: Dict[str, Any]
    sources: Dict[str, str]
    faults: List[Tuple[str, str]]

    def named(self, option: str) -> str:
        """Name an option as whoever set it knows it."""
        source = self.sources[option]
        return option if source in ("argument", "default") else source


def chosen(given: Mapping[str, object], environ: Optional[Mapping[str, str]] = None) -> Chosen:
    """Choose the value of every option; an argument of None and an empty variable say nothing."""
    found = Chosen({}, {}, [])
    for option in OPTIONS:
        value, source = _choice_of(
            option, given.get(option.name), os.environ if environ is None else environ, found.faults
        )
        found.values[option.name] = value
        found.sources[option.name] = source
    return found


def _choice_of(
    option: Option, given: object, environ: Mapping[str, str], faults: List[Tuple[str, str]]
) -> Tuple[object, str]:
    if given is not None:
        return given, "argument"
    text = environ.get(option.variable, "").strip()
    if not text:
        return option.default, "default"
    try:
        return option.read(text), option.variable
    except ValueError as error:
        faults.append((option.variable, str(error)))
        return option.default, option.variable


def rates_of(value: object) -> Dict[str, float]:
    """Read a sample rate, or one for each level, as a mapping; "" stands for every other level."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = {"": value}
    if not isinstance(value, Mapping) or not all(map(_is_rate, value.values())):
        raise ValueError("must be a number from 0 to 1, or one for each level")
    return {str(level): float(rate) for level, rate in value.items()}


def _is_rate(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= 1


def _paths(text: str) -> List[str]:
    return [path for path in text.split(os.pathsep) if path]


def _flag(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError("must be true or false")
    return text.lower() in _YES


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("must be a whole number from 0") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("must be a number") from None


def _rates(text: str) -> Dict[str, float]:
    """Read `0.5`, `debug=0.1,info=0.5` or both."""
    pairs = [part.rpartition("=") for part in text.split(",")]
    return rates_of({level.strip(): _number(rate) for level, _, rate in pairs})


OPTIONS = (
    Option("dispatcher_url", "DISPATCHER_URL", str, None),
    Option("app_name", "DISPATCHER_APP_NAME", str, None),
    Option("dispatcher_code", "DISPATCHER_CODE", str, None),
    Option("loggers_paths", "DISPATCHER_LOGS", _paths, ()),
    Option("max_logs_to_send", "DISPATCHER_MAX_LOGS", _whole, 100),
    Option("environment", "DISPATCHER_ENVIRONMENT", str, ""),
    Option("release", "DISPATCHER_RELEASE", str, ""),
    Option("enabled", "DISPATCHER_ENABLED", _flag, True),
    Option("sample_rate", "DISPATCHER_SAMPLE_RATE", _rates, 1.0),
    Option("fold_seconds", "DISPATCHER_FOLD_SECONDS", _number, 60.0),
    Option("scrub", "DISPATCHER_SCRUB", _flag, True),
    Option("send_locals", "DISPATCHER_SEND_LOCALS", _flag, False),
    Option("spool_dir", "DISPATCHER_SPOOL_DIR", str, ""),
    Option("strict", "DISPATCHER_STRICT", _flag, False),
    Option("debug", "DISPATCHER_DEBUG", _flag, False),
    Option("connect_timeout", "DISPATCHER_CONNECT_TIMEOUT", _number, 3.0),
    Option("timeout", "DISPATCHER_TIMEOUT", _number, 10.0),
    Option("exit_timeout", "DISPATCHER_EXIT_TIMEOUT", _number, 2.0),
)
