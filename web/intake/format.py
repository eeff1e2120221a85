"""What a wire format is: how it is recognised, read, answered and refused. One file each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from core.errors import DispatcherError, InvalidInput, Overloaded, TooLarge, Unauthorized
from core.reports import Receipt
from web.intake.beats import Beat
from web.intake.drafts import Draft
from web.intake.inbound import Inbound
from web.intake.rings import Tail

MIB = 1024 * 1024
UUID_PATTERN = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft and what became of it: a receipt, or for a signal the incident it was about.

    `telegram` is the address of the incident's card, for formats that tell it.
    """

    draft: Draft
    receipt: Receipt | None = None
    incident_id: int | None = None
    telegram: str | None = None

    @property
    def number(self) -> int | None:
        """The incident that it is about."""
        return self.receipt.incident_id if self.receipt else self.incident_id

    @property
    def is_new(self) -> bool:
        """Whether it opened its incident."""
        return self.receipt is not None and self.receipt.new


Answer = Callable[[Inbound, Sequence[Taken]], web.Response]
Refusal = Callable[[DispatcherError], web.Response]

STATUS: dict[type[DispatcherError], int] = {
    TooLarge: 413,
    InvalidInput: 400,
    Unauthorized: 401,
    Overloaded: 503,
}


def status_of(error: DispatcherError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def refused(error: DispatcherError) -> web.Response:
    """Refuse as our own format does: a status, the field and the reason."""
    field_name = error.field if isinstance(error, InvalidInput) else None
    reason = error.reason if isinstance(error, InvalidInput) else str(error)
    body = {"error": {"field": field_name, "reason": reason}}
    return web.json_response(body, status=status_of(error))


def ok(_inbound: Inbound, _taken: Sequence[Taken]) -> web.Response:
    """Answer with an empty 200, which is all that most senders look at."""
    return web.Response()


def path_token(inbound: Inbound) -> str:
    return inbound.token


@dataclass(frozen=True, slots=True)
class Format:
    """One wire format.

    `read` makes drafts, log lines to keep for one, or heartbeats, and raises InvalidReport;
    `recognises` serves the universal address and is asked in the order of the registry; `token`
    finds the app's code; `routes` are the sender's own paths, each (method, path) with `{token}`
    where the path carries the code.
    `namespace` keeps its keys apart from other formats' keys; formats that name the same things
    share one. One that is `linked` answers where in Telegram its incident is; of a body with
    too many reports a `partial` one takes the first. The sender of a `patient` one never repeats
    itself, and waits for room in a full queue instead.
    """

    name: str
    title: str
    read: Callable[[Inbound], Sequence[Draft | Tail | Beat]]
    recognises: Callable[[Inbound], bool]
    answer: Answer = ok
    refuse: Refusal = refused
    token: Callable[[Inbound], str] = path_token
    routes: Sequence[tuple[str, str]] = field(default=())
    body_bytes: int = 0
    namespace: str = ""
    cors: bool = False
    linked: bool = False
    partial: bool = False
    patient: bool = False
