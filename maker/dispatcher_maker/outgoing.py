"""A report on its way, and the verdicts that one attempt to send it can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, NamedTuple, Optional, Union

from .errors import SendFailed

if TYPE_CHECKING:
    from .answer import Answer
    from .folds import Storm


class Outgoing:
    """An encoded report, or the heartbeat of a `check`, and how far it got.

    With a `deadline` (monotonic) somebody waits for it, who is told the outcome by `on_done`;
    after the deadline it is not sent any more. It may stand for many that were folded into it.
    """

    __slots__ = (
        "check",
        "deadline",
        "dropped",
        "file",
        "incident",
        "is_clean",
        "number",
        "on_done",
        "rank",
        "report_id",
        "shrunk",
        "spent",
        "stands_for",
        "storm",
        "tries",
    )

    def __init__(
        self,
        report_id: str,
        deadline: Optional[float] = None,
        on_done: Optional[Callable[[Union[Answer, SendFailed]], None]] = None,
    ) -> None:
        self.report_id = report_id
        self.deadline = deadline
        self.on_done = on_done
        self.check: Optional[str] = None
        self.rank = 0
        self.incident = b""
        self.is_clean = False
        self.number = 0
        self.dropped: Optional[Dict[str, int]] = None
        self.tries = 0
        self.spent = 0.0
        self.shrunk = False
        self.stands_for = 1
        self.file: Optional[str] = None
        self.storm: Optional[Storm] = None

    def tell(self, outcome: Union[Answer, Heard, SendFailed]) -> None:
        if self.on_done is not None and not isinstance(outcome, Heard):
            self.on_done(outcome)


class Heard(NamedTuple):
    """A heartbeat that the server took."""

    status: int


class Again(NamedTuple):
    """Not sent yet: nothing is sent for `pause` seconds, then this report is tried again."""

    pause: float
    reason: str
    status: Optional[int] = None


class Lost(NamedTuple):
    """Never to be sent; `kind` is the key it is counted under."""

    kind: str
    reason: str
    status: Optional[int] = None

    def failure_of(self, outgoing: Outgoing) -> SendFailed:
        return SendFailed(self.kind, self.reason, report_id=outgoing.report_id, status=self.status)
