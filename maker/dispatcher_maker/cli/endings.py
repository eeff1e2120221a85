"""How a command ends: its exit codes, and what a report's fate means for them."""

from __future__ import annotations

from dispatcher_maker.errors import SendFailed

from .streams import complain

SENT = 0
BAD_USAGE = 2
UNREACHABLE = 3
REFUSED = 4
INTERRUPTED = 130  # as shells say it: 128 + SIGINT


class BadUsage(Exception):
    """Words or options that cannot work."""


def ending_of(failure: SendFailed, hint: str = "") -> int:
    """Say what was not sent and why; what is turned off is not to be sent, and so is no failure."""
    if failure.kind == "disabled":
        return SENT
    complain(f"not taken: {failure}{hint}")
    if failure.kind in ("rejected", "too_large") or failure.status in (401, 403):
        return REFUSED
    return UNREACHABLE
