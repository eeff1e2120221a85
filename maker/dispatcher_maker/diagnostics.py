"""What the SDK says about itself: to its own logger, each kind at most once a minute.

The logger writes to stderr and does not propagate: what a handler of the host does with a
record could fail, be said again, and never end.
"""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from typing import Dict

QUIET_SECONDS = 60.0


class _ToStderr(logging.Handler):
    """Writes to what sys.stderr is at the moment, if anything."""

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is not None:
            sys.stderr.write(f"dispatcher_maker: {self.format(record)}\n")


logger = logging.getLogger("dispatcher_maker")
logger.propagate = False
logger.addHandler(_ToStderr(logging.WARNING))

_said_at: Dict[str, float] = {}


def warn(kind: str, text: str, *args: object, exc_info: bool = False) -> None:
    """Log a warning, unless one of the same kind was logged less than a minute ago."""
    now = time.monotonic()
    if now - _said_at.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
        return
    _said_at[kind] = now  # before logging: a handler may call send(), and send() may warn
    say(logging.WARNING, text, *args, exc_info=exc_info)


def say(level: int, text: str, *args: object, exc_info: bool = False) -> None:
    """Log something, whatever handlers of the host and a closed stderr do about it."""
    with suppress(Exception):
        logger.log(level, text, *args, exc_info=exc_info)


def say_everything() -> None:
    """Write to stderr what becomes of each report, too."""
    logger.setLevel(logging.DEBUG)
    for handler in logger.handlers:
        handler.setLevel(logging.DEBUG)
