"""What the SDK says about itself: to its own logger, each kind at most once a minute."""

from __future__ import annotations

import logging
import time
from typing import Dict

QUIET_SECONDS = 60.0

logger = logging.getLogger("dispatcher_maker")
logger.addHandler(logging.NullHandler())

_said_at: Dict[str, float] = {}


def warn(kind: str, text: str, *args: object, exc_info: bool = False) -> None:
    """Log a warning, unless one of the same kind was logged less than a minute ago."""
    now = time.monotonic()
    if now - _said_at.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
        return
    _said_at[kind] = now  # before logging: a handler may call send(), and send() may warn
    logger.warning(text, *args, exc_info=exc_info)
