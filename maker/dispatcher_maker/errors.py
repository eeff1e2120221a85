"""What the SDK raises: only from `send_now`, and from anything when `strict=True`."""

from __future__ import annotations

from typing import List, Optional, Tuple


class DispatcherError(Exception):
    """The root: catch this to catch everything the SDK raises on purpose."""


class ConfigError(DispatcherError):
    """Options that cannot work: every fault at once, as (option, reason) in `faults`."""

    def __init__(self, faults: List[Tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{option} {reason}" for option, reason in faults))
        self.faults = faults


class InvalidReport(DispatcherError):
    """A report with an argument that cannot be sent as it is."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


class SendFailed(DispatcherError):
    """A report that did not reach the server.

    `kind` is one of the keys of `Stats.dropped`, `status` the last HTTP status if there was one.
    """

    def __init__(
        self, kind: str, reason: str, *, report_id: str, status: Optional[int] = None
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.report_id = report_id
        self.status = status
