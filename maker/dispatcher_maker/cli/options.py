"""The options in effect: flags before the environment before ~/.config before /etc.

Every value remembers where it is from, and a wrong one is named by that.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import ConfigError

from .endings import BadUsage

PREFIX = "DISPATCHER_"
FILES = ("~/.config/dispatcher.toml", "/etc/dispatcher.toml")
NEEDED = ("url", "app_name", "code")
DEFAULTS: Dict[str, Any] = {"logs": [], "max_logs": 100, "timeout": 10.0}

_FLAGS = {"app_name": "--app", "max_logs": "--lines", "logs": "--log"}


class Option(NamedTuple):
    """A value, ready to use, and where it is from."""

    value: Any
    origin: str


class Source(NamedTuple):
    """What one place says, and what it calls an option."""

    values: Mapping[str, Any]
    origin_of: Callable[[str], str]


def options_of(flags: Mapping[str, Any]) -> Dict[str, Option]:
    """Find the options of this process; those that nobody gave are not among them."""
    sources = [_flags(flags), _environment(), *_files(), _defaults()]
    options = {}
    for name, read in _READERS.items():
        for source in sources:
            if source.values.get(name) not in (None, ""):
                origin = source.origin_of(name)
                options[name] = Option(_read(read, source.values[name], origin), origin)
                break
    return options


def dispatcher_of(options: Mapping[str, Option]) -> Dispatcher:
    """Make a dispatcher that raises what is wrong instead of keeping quiet about it."""
    for name in NEEDED:
        if name not in options:
            flag, variable = _FLAGS.get(name, f"--{name}"), PREFIX + name.upper()
            raise BadUsage(f"{name} is missing: give {flag}, {variable} or `{name}` in {FILES[0]}")
    value = {name: option.value for name, option in options.items()}
    try:
        return Dispatcher(
            value["url"],
            value["app_name"],
            value["code"],
            value["logs"],
            value["max_logs"],
            timeout=value["timeout"],
            strict=True,
        )
    except ConfigError as error:
        raise BadUsage(str(error)) from None


def _flags(flags: Mapping[str, Any]) -> Source:
    return Source(flags, lambda name: _FLAGS.get(name, f"--{name}"))


def _environment() -> Source:
    values = {name: os.environ.get(PREFIX + name.upper()) for name in _READERS}
    return Source(values, lambda name: PREFIX + name.upper())


def _defaults() -> Source:
    return Source(DEFAULTS, lambda _name: "default")


def _files() -> Iterable[Source]:
    for path in FILES:
        expanded = os.path.expanduser(path)  # noqa: PTH111 - pathlib is half of the import
        if os.path.exists(expanded):  # noqa: PTH110
            yield Source(_contents_of(expanded), partial(_in_file, path))


def _in_file(path: str, name: str) -> str:
    return f"`{name}` in {path}"


def _contents_of(path: str) -> Dict[str, Any]:
    try:
        values = _parsed(path)
    except PermissionError:
        _note(f"{path} is skipped: this user may not read it")
        return {}
    except (OSError, ValueError) as error:
        raise BadUsage(f"{path} cannot be read: {error}") from None
    unknown = ", ".join(sorted(values.keys() - _READERS.keys()))
    if unknown:
        raise BadUsage(f"{path}: {unknown} is none of {', '.join(_READERS)}")
    return values


def _parsed(path: str) -> Dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - only who has a file needs it

        with open(path, "rb") as file:  # noqa: PTH123 - see _files
            return tomllib.load(file)
    else:
        _note(f"{path} is skipped: reading it needs Python 3.11")
        return {}


def _note(text: str) -> None:
    print(text, file=sys.stderr)


def _read(read: Callable[[Any], Any], value: Any, origin: str) -> Any:
    try:
        return read(value)
    except (TypeError, ValueError) as error:
        raise BadUsage(f"{origin} {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    return value


def _paths(value: Any) -> List[str]:
    paths = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise TypeError("must be a list of paths")
    return [os.path.expanduser(path) for path in paths if path]  # noqa: PTH111


def _count(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise ValueError("must be a whole number from 0")
    return int(text)


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError("must be a number of seconds, more than 0")
    return seconds


_READERS: Dict[str, Callable[[Any], Any]] = {
    "url": _text,
    "app_name": _text,
    "code": _text,
    "logs": _paths,
    "max_logs": _count,
    "timeout": _seconds,
}
