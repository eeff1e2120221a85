"""`Dispatcher`: the SDK for ordinary, blocking programs."""

from __future__ import annotations

from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Iterable, Mapping, Optional, Type, Union

from .errors import SendFailed
from .exceptions import draft_of as exception_draft
from .levels import AnyLevel
from .reporter import Receipt, Reporter
from .tails import AnyPath
from .wire import Draft

if TYPE_CHECKING:
    from typing_extensions import Self

    from .answer import Answer


class Dispatcher(Reporter):
    """Reports failures of one app to a Dispatcher server.

    Safe to use from any thread. Nothing is started or opened before the first report.
    """

    def send(
        self,
        title: str,
        message: Optional[str] = None,
        level: AnyLevel = "error",
        logs: Union[AnyPath, Iterable[AnyPath], None] = None,
        max_logs_to_send: Optional[int] = None,
        *,
        fingerprint: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        context: Optional[Mapping[str, object]] = None,
        occurred_at: Optional[datetime] = None,
        exc: Optional[BaseException] = None,
    ) -> Receipt:
        """Queue a report and return at once; never raises unless `strict`.

        The last `max_logs_to_send` lines of each file are read now: of `logs` if given, else of
        `loggers_paths`. Reports with the same `fingerprint` belong to one incident. With `exc`,
        the traceback of an exception goes first.
        """
        draft = Draft(
            title,
            message,
            level,
            logs,
            max_logs_to_send,
            fingerprint,
            tags,
            context,
            occurred_at,
            exc,
        )
        return self._submit(draft)

    def send_exception(
        self,
        error: Optional[BaseException] = None,
        title: Optional[str] = None,
        message: Optional[str] = None,
        level: AnyLevel = "error",
        *,
        fingerprint: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        context: Optional[Mapping[str, object]] = None,
    ) -> Receipt:
        """Report an exception (default: the one that is being handled) with its traceback.

        Exceptions of one kind, raised at the same place, belong to one incident.
        """
        draft = exception_draft(
            error, title, message, level, fingerprint=fingerprint, tags=tags, context=context
        )
        return self._submit(draft._replace(storm=None))

    def send_now(
        self,
        title: str,
        message: Optional[str] = None,
        level: AnyLevel = "error",
        logs: Union[AnyPath, Iterable[AnyPath], None] = None,
        max_logs_to_send: Optional[int] = None,
        *,
        fingerprint: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        context: Optional[Mapping[str, object]] = None,
        occurred_at: Optional[datetime] = None,
        exc: Optional[BaseException] = None,
        timeout: Optional[float] = None,
    ) -> Answer:
        """Send a report and return the server's answer.

        Raises SendFailed if there is none within `timeout` seconds (default: the dispatcher's),
        and does not try any further then.
        """
        from queue import Empty, SimpleQueue  # noqa: PLC0415 - `send` alone need not pay for it

        draft = Draft(
            title,
            message,
            level,
            logs,
            max_logs_to_send,
            fingerprint,
            tags,
            context,
            occurred_at,
            exc,
        )
        patience = self._patience(timeout)
        outcomes: SimpleQueue[Union[Answer, SendFailed]] = SimpleQueue()
        receipt = self._submit(draft, monotonic() + patience, outcomes.put)
        try:
            outcome = outcomes.get(timeout=max(0.0, patience))
        except Empty:
            outcome = self._no_answer(receipt.report_id, patience)
        if isinstance(outcome, SendFailed):
            raise outcome
        return outcome

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until what is queued now is settled; False if that is not so in time."""
        return self._worker.flush(timeout)

    def close(self, timeout: Optional[float] = None) -> bool:
        """Send what is queued within the timeout (default: `exit_timeout`), then stop.

        Returns False if reports were left, which are lost. A closed dispatcher takes no more.
        """
        return self._worker.close(self._settings.exit_timeout if timeout is None else timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
