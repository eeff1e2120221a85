"""Which of the reports made here are sent: the sample, and what the host's `before_send` leaves."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Mapping, Optional

from .diagnostics import warn
from .levels import Level

BeforeSend = Callable[[Dict[str, Any]], Optional[Dict[str, Any]]]


def is_sampled(level: Level, rates: Mapping[str, float]) -> bool:
    """Draw whether a report is sent; a crit always is."""
    rate = 1.0 if level == "crit" else rates.get(level, rates.get("", 1.0))
    return rate >= 1 or int.from_bytes(os.urandom(4), "big") < rate * 2**32


def reviewed(
    incident: Dict[str, Any], before_send: Optional[BeforeSend]
) -> Optional[Dict[str, Any]]:
    """Let the host change a report, or keep it back; what it does wrong costs no report."""
    if before_send is None:
        return incident
    from copy import deepcopy  # noqa: PLC0415 - only who has the hook pays for it

    try:
        result: object = before_send(deepcopy(incident))
    except Exception:  # noqa: BLE001 - the host's code, and its report counts more
        warn("before_send", "before_send failed, the report is sent as it was", exc_info=True)
        return incident
    if isinstance(result, (dict, type(None))):
        return result
    warn("before_send", "before_send must return the report or None, it is sent as it was")
    return incident
