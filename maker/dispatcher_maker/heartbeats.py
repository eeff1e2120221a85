"""`monitor`: tells the server that a job or a worker lives, so that its silence is noticed."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    NamedTuple,
    Optional,
    Type,
    TypeVar,
    Union,
    cast,
)

from .diagnostics import warn
from .levels import AnyLevel, level_of
from .wire import MESSAGE_CHARS, new_report_id, text_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from .reporter import Receipt, Reporter

Seconds = Union[float, timedelta]
Function = TypeVar("Function", bound=Callable[..., Any])


class Plan(NamedTuple):
    """When a check is to be heard of, and how bad its silence is; None leaves it to the server."""

    every: Optional[Seconds] = None
    cron: Optional[str] = None
    time_zone: Optional[str] = None
    grace: Optional[Seconds] = None
    level: Optional[AnyLevel] = None

    def on_the_wire(self) -> Dict[str, Any]:
        wire = {
            "period_seconds": None if self.cron else _whole_seconds_of("every", self.every),
            "cron": self.cron,
            "time_zone": self.time_zone,
            "grace_seconds": _whole_seconds_of("grace", self.grace),
            "level": None if self.level is None else level_of(self.level),
        }
        return {name: value for name, value in wire.items() if value is not None}


class Monitor:
    """A check by its name: `ok()`, `fail()` and `start()`; a decorator; a context manager.

    A decorated function, or a block, starts a run and ends it: well unless it raises.
    Nothing here waits for the network or raises into the program.
    """

    def __init__(self, reporter: Reporter, name: str, plan: Plan) -> None:
        if callable(name):
            raise TypeError("write @dispatcher.monitor(name), with the name of the check")
        self._reporter = reporter
        self._name = name
        self._plan = plan
        self._run: Optional[str] = None

    def ok(self, message: object = None) -> Receipt:
        """Tell that it lives, or that a run ended well."""
        return self._tell("ok", message)

    def fail(self, message: object = None, *, exit_status: Optional[int] = None) -> Receipt:
        """Tell that it failed, which is an incident at once."""
        return self._tell("error", message, exit_status)

    def start(self) -> Receipt:
        """Tell that a run begins, which must end within the grace."""
        self._run = new_report_id()
        return self._tell("in_progress")

    def __call__(self, function: Function) -> Function:
        from inspect import iscoroutinefunction  # noqa: PLC0415 - only who decorates pays for it

        if iscoroutinefunction(function):

            @wraps(function)
            async def monitored_async(*args: Any, **kwargs: Any) -> Any:
                with self._another():
                    return await function(*args, **kwargs)

            return cast("Function", monitored_async)

        @wraps(function)
        def monitored(*args: Any, **kwargs: Any) -> Any:
            with self._another():
                return function(*args, **kwargs)

        return cast("Function", monitored)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.ok()
        else:
            self.fail(f"{type(error).__name__}: {text_of(error)}")

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.__exit__(kind, error, traceback)

    def _another(self) -> Monitor:
        """Make one for one run: a decorated function may run many times at once."""
        return Monitor(self._reporter, self._name, self._plan)

    def _tell(
        self, status: str, message: object = None, exit_status: Optional[int] = None
    ) -> Receipt:
        body: Dict[str, Any] = {"status": status, **self._plan.on_the_wire()}
        if self._run is not None:
            body["run"] = self._run
        if message is not None:
            body["message"] = text_of(message, MESSAGE_CHARS)
        if exit_status is not None:
            body["exit_status"] = exit_status & 0xFF
        if status != "in_progress":
            self._run = None
        return self._reporter.beat(self._name, body)


def _whole_seconds_of(name: str, length: Optional[Seconds]) -> Optional[int]:
    if isinstance(length, timedelta):
        length = length.total_seconds()
    if length is None or (isinstance(length, (int, float)) and 1 <= length < 2**31):
        return None if length is None else int(length)
    warn("monitor", "%s must be seconds or a timedelta from 1 s, it is left out", name)
    return None
