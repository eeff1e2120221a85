"""`config`: what is in effect, where it is from, and no secret."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from .endings import SENT
from .options import DEFAULTS, NEEDED, Option, options_of


def command(arguments: Namespace) -> int:
    """Print a line for each option."""
    options = options_of(vars(arguments))
    for name in (*NEEDED, *DEFAULTS):
        option = options.get(name, Option("", "missing"))
        print(f"{name:<10} {_shown(name, option.value):<40} {option.origin}".rstrip())
    return SENT


def _shown(name: str, value: Any) -> str:
    if name == "code":
        return "***" if value else "-"
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return str(value) or "-"
