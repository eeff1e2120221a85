"""What `Dispatcher` and `DispatcherAsync` share: from a call's arguments to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Iterable, List, NamedTuple, Optional, Union

from .diagnostics import warn
from .errors import ConfigError, InvalidReport, SendFailed
from .levels import RANKS, level_of
from .outgoing import Lost, Outgoing
from .settings import settings_of
from .tails import AnyPath, LogFile, log_files_of, tails_of
from .tally import Stats
from .wire import Draft, check, count_of, encoded, incident_of, new_report_id, text_of
from .worker import Worker

if TYPE_CHECKING:
    from .answer import Answer


class Receipt(NamedTuple):
    """What `send` did with a report: `queued` is False if it had to be dropped at once."""

    report_id: str
    queued: bool


class Reporter:
    """Options and worker of one app; see `Dispatcher`."""

    def __init__(
        self,
        dispatcher_url: str,
        app_name: str,
        dispatcher_code: str,
        loggers_paths: Union[AnyPath, Iterable[AnyPath]] = (),
        max_logs_to_send: int = 100,
        *,
        strict: bool = False,
        connect_timeout: float = 3.0,
        timeout: float = 10.0,
        exit_timeout: float = 2.0,
    ) -> None:
        """Take the options of one app.

        `strict` raises what is else only logged: ConfigError here, InvalidReport and SendFailed
        from `send`. `connect_timeout` and `timeout` (one whole request) and `exit_timeout` (to
        send what is queued when the program ends) are in seconds.
        """
        settings = settings_of(
            dispatcher_url,
            app_name,
            dispatcher_code,
            loggers_paths,
            max_logs_to_send,
            connect_timeout=connect_timeout,
            timeout=timeout,
            exit_timeout=exit_timeout,
        )
        if settings.faults:
            fault = ConfigError(settings.faults)
            if strict:
                raise fault
            warn("misconfigured", "nothing will be reported: %s", fault)
        self._strict = strict
        self._settings = settings
        self._worker = Worker(settings)

    def stats(self) -> Stats:
        """Say what became of the reports of this process so far."""
        return self._worker.stats()

    def _submit(
        self,
        draft: Draft,
        deadline: Optional[float] = None,
        on_done: Optional[Callable[[Union[Answer, SendFailed]], None]] = None,
    ) -> Receipt:
        outgoing = Outgoing(new_report_id(), deadline, on_done)
        try:
            self._fill(outgoing, draft)
            failure = self._worker.put(outgoing)
        except Exception as error:  # a reporter must never raise into its host
            if self._strict:
                raise
            warn("internal", "a report cannot be made", exc_info=True)
            failure = self._worker.lose(outgoing, Lost("internal", type(error).__name__))
        if failure is not None and self._strict:
            raise failure
        return Receipt(outgoing.report_id, failure is None)

    def _no_answer(self, report_id: str, patience: float) -> SendFailed:
        error = self.stats().last_error
        reason = f"no answer within {patience:g} s" + (f" (last error: {error})" if error else "")
        return SendFailed("gave_up", reason, report_id=report_id)

    def _fill(self, outgoing: Outgoing, draft: Draft) -> None:
        if self._strict:
            check(draft)
        level = level_of(draft.level)
        if level is None:
            warn("level", "%s is not a level, the report is sent as error", text_of(draft.level))
            level = "error"
        lines = count_of(draft.max_logs_to_send)
        logs = tails_of(self._files_of(draft), self._settings.lines if lines is None else lines)
        outgoing.rank = RANKS[level]
        outgoing.incident = encoded(incident_of(draft, level, logs, outgoing.report_id))

    def _files_of(self, draft: Draft) -> List[LogFile]:
        if draft.logs is None:
            return self._settings.files
        try:
            return log_files_of(draft.logs)
        except TypeError:
            if self._strict:
                raise InvalidReport("logs", "must be a list of paths") from None
            warn("logs", "logs must be a list of paths, the report is sent without")
            return []
