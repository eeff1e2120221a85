"""One heartbeat to the check of a name, told to the server at once."""

from __future__ import annotations

from typing import Any

from dispatcher_maker.outgoing import Again, Lost, Outgoing
from dispatcher_maker.reporter import CHECK_CHARS
from dispatcher_maker.settings import Settings
from dispatcher_maker.wire import encode, new_report_id


def beat(settings: Settings, check: str, **fields: Any) -> None:
    """Send a heartbeat, without those of its fields that are None. Raises SendFailed."""
    from dispatcher_maker.courier import Courier  # noqa: PLC0415 - a command begins before this is loaded

    outgoing = Outgoing(new_report_id())
    outgoing.check = check[:CHECK_CHARS]
    outgoing.incident = encode({name: value for name, value in fields.items() if value is not None})
    if not settings.enabled:
        raise Lost("disabled", "reporting is turned off").failure_of(outgoing)
    courier = Courier(settings)
    try:
        verdict = courier.attempt(outgoing, settings.timeout)
    finally:
        courier.close()
    if isinstance(verdict, Again):  # whoever waits here does not wait for another try
        verdict = Lost("gave_up", verdict.reason, verdict.status)
    if isinstance(verdict, Lost):
        raise verdict.failure_of(outgoing)
