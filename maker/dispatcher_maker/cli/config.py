"""`config`: what is in effect, where it is from, and no secret."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from dispatcher_maker.options import OPTIONS
from dispatcher_maker.settings import settings_of

from .endings import BAD_USAGE, SENT
from .options import key_of, options_of
from .streams import complain, say


def command(arguments: Namespace) -> int:
    """Print a line for each option, and what is wrong with them."""
    options = options_of(arguments)
    for option in OPTIONS:
        if option.name != "strict":  # a command always says what is wrong
            value = _shown(option.name, options.values[option.name])
            say(f"{key_of(option):<15} {value:<40} {options.sources[option.name]}")
    faults = settings_of(options).faults
    for name, reason in faults:
        complain(f"{name} {reason}")
    return BAD_USAGE if faults else SENT


def _shown(name: str, value: Any) -> str:
    if value in (None, "", (), []):
        return "-"
    if name == "dispatcher_code":
        return "***"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
