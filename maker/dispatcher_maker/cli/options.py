"""The options in effect: flags before the environment before ~/.config before /etc.

Every value remembers where it is from, and a wrong one is named by that.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import Any, BinaryIO, Dict

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.options import OPTIONS, Chosen, Option, chosen
from dispatcher_maker.settings import settings_of

from .endings import BadUsage
from .streams import complain

PREFIX = "DISPATCHER_"
FILES = ("~/.config/dispatcher.toml", "/etc/dispatcher.toml")

_FLAGS = {
    "dispatcher_url": "--url",
    "app_name": "--app",
    "dispatcher_code": "--code",
    "loggers_paths": "--log",
    "max_logs_to_send": "--lines",
    "spool_dir": "--spool",
}


def options_of(arguments: Namespace) -> Chosen:
    """Find the options of this process, wrong ones included."""
    found = chosen({name: getattr(arguments, name) for name in _FLAGS})
    for name, flag in _FLAGS.items():
        if found.sources[name] == "argument":
            found.sources[name] = flag
    for path in FILES:
        _add_file(found, path)
    return found


def dispatcher_of(options: Chosen, *, strict: bool = True) -> Dispatcher:
    """Make a dispatcher; a strict one raises what cannot be sent instead of counting it."""
    faults = settings_of(options).faults
    if faults:
        raise BadUsage("; ".join(f"{name} {reason}" for name, reason in faults))
    return Dispatcher(**{**options.values, "strict": strict})


def key_of(option: Option) -> str:
    """Name an option as files do: like its variable, without the prefix."""
    return option.variable[len(PREFIX) :].lower()


def _add_file(found: Chosen, path: str) -> None:
    values = _contents_of(path)
    for option in OPTIONS:
        value = values.pop(key_of(option), None)
        if value is None or found.sources[option.name] != "default":
            continue
        found.sources[option.name] = f"`{key_of(option)}` in {path}"
        try:
            found.values[option.name] = option.read(value) if isinstance(value, str) else value
        except ValueError as error:
            found.faults.append((found.sources[option.name], str(error)))
    found.faults.extend((f"`{key}` in {path}", "is not an option") for key in values)


def _contents_of(path: str) -> Dict[str, Any]:
    try:
        with open(os.path.expanduser(path), "rb") as file:  # noqa: PTH111, PTH123 - pathlib is half of the import
            return _parsed(file, path)
    except FileNotFoundError:
        return {}
    except PermissionError:
        complain(f"{path} is skipped: this user may not read it")
        return {}
    except (OSError, ValueError) as error:
        raise BadUsage(f"{path} cannot be read: {error}") from None


def _parsed(file: BinaryIO, path: str) -> Dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - only who has a file needs it

        return tomllib.load(file)
    else:  # noqa: RET505 - without it, mypy takes the rest for unreachable
        complain(f"{path} is skipped: reading it needs Python 3.11")
        return {}
