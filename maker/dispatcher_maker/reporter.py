"""What `Dispatcher` and `DispatcherAsync` share: from a call's arguments to the queue."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ContextManager,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from . import exceptions
from .diagnostics import say_everything, warn
from .errors import ConfigError, DispatcherError, InvalidReport, SendFailed
from .folds import Storm
from .heartbeats import Monitor, Plan, Seconds
from .levels import RANKS, AnyLevel, Level, level_of
from .options import chosen
from .outgoing import Lost, Outgoing
from .scope import Scope, added, current_scope, inside
from .selection import BeforeSend, is_sampled, reviewed
from .settings import LONGEST_WAIT, Settings, settings_of
from .tails import AnyPath, LogFile, LogPart, log_files_of, tails_of
from .tally import Stats
from .watch import Wanted, Watch
from .wire import (
    Draft,
    check,
    count_of,
    encoded,
    incident_of,
    mapping_of,
    new_report_id,
    text_of,
)
from .worker import Worker

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from .answer import Answer

CHECK_CHARS = 100


class Receipt(NamedTuple):
    """What `send` did with a report: `queued` is False if it is not going to be sent."""

    report_id: str
    queued: bool


class Reporter:
    """Options and worker of one app; see `Dispatcher`."""

    def __init__(
        self,
        dispatcher_url: Optional[str] = None,
        app_name: Optional[str] = None,
        dispatcher_code: Optional[str] = None,
        loggers_paths: Union[AnyPath, Iterable[AnyPath], None] = None,
        max_logs_to_send: Optional[int] = None,
        *,
        environment: Optional[str] = None,
        release: Optional[str] = None,
        enabled: Optional[bool] = None,
        sample_rate: Union[float, Mapping[Level, float], None] = None,
        before_send: Optional[BeforeSend] = None,
        fold_seconds: Optional[float] = None,
        scrub: Optional[bool] = None,
        send_locals: Optional[bool] = None,
        spool_dir: Optional[AnyPath] = None,
        strict: Optional[bool] = None,
        debug: Optional[bool] = None,
        connect_timeout: Optional[float] = None,
        timeout: Optional[float] = None,
        exit_timeout: Optional[float] = None,
    ) -> None:
        """Take the options of one app; each that is not given is the environment's.

        The variables are DISPATCHER_URL, DISPATCHER_CODE, DISPATCHER_LOGS (paths as in PATH),
        DISPATCHER_MAX_LOGS, and for every other option its name in capitals after DISPATCHER_.
        Of what is caught again and again, one report in `fold_seconds` (60; 0: each) is sent and
        says how often. `scrub=False` lets secrets out that are hidden else. With `send_locals`,
        tracebacks show what the variables of each frame held.
        `before_send` gets each report and returns it, changed or not, or None to keep it back.
        What cannot be sent waits in `spool_dir` for a better time.
        `strict` raises what is else only logged: ConfigError here, InvalidReport and SendFailed
        from `send`. `debug` writes what becomes of each report to stderr. `connect_timeout`,
        `timeout` (one whole request) and `exit_timeout` (to send what is queued when the program
        ends) are in seconds: 3, 10 and 2.
        """
        settings = settings_of(chosen(locals()))  # every argument, by its name
        if settings.debug:
            say_everything()
        if settings.faults:
            fault = ConfigError(settings.faults)
            if settings.strict:
                raise fault
            warn("misconfigured", "nothing will be reported: %s", fault)
        self._settings = settings
        self._before_send = before_send
        self._worker = Worker(settings)

    def __getstate__(self) -> Tuple[Settings, Optional[BeforeSend]]:
        """Go to another process with the options; what is queued stays here."""
        return self._settings, self._before_send

    def __setstate__(self, state: Tuple[Settings, Optional[BeforeSend]]) -> None:
        self._settings, self._before_send = state
        self._worker = Worker(self._settings)

    def stats(self) -> Stats:
        """Say what became of the reports of this process so far."""
        return self._worker.stats()

    def context(
        self, *, tags: Optional[Mapping[str, str]] = None, **context: object
    ) -> ContextManager[None]:
        """Add tags and context to every report that is made within the block.

        Holds for this thread or asyncio task and what it calls, whichever dispatcher reports.
        """
        return added(mapping_of(tags, "tags"), context)

    def watch(
        self,
        title: Optional[str] = None,
        level: AnyLevel = "error",
        *,
        reraise: bool = True,
        fingerprint: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        context: Optional[Mapping[str, object]] = None,
    ) -> Watch:
        """Report what a function (`@dispatcher.watch()`) or a block (`with`) raises.

        The same for coroutine functions. With `reraise=False` the exception ends here.
        """
        return Watch(self, Wanted(title, level, fingerprint, tags, context), reraise=reraise)

    def monitor(
        self,
        name: str,
        *,
        every: Optional[Seconds] = None,
        cron: Optional[str] = None,
        time_zone: Optional[str] = None,
        grace: Optional[Seconds] = None,
        level: Optional[AnyLevel] = None,
    ) -> Monitor:
        """Tell that a job or a worker lives: by `@dispatcher.monitor(...)`, `with`, or `.ok()`.

        Given `every` (seconds or a timedelta) or a `cron` line, the server makes the check and
        raises an incident once it is silent for longer, and for `grace` more.
        """
        return Monitor(self, name, Plan(every, cron, time_zone, grace, level))

    def beat(self, check: str, body: Dict[str, Any]) -> Receipt:
        """Queue a heartbeat as the server reads it; `monitor` makes them."""
        outgoing = Outgoing(new_report_id())
        outgoing.check, outgoing.incident = text_of(check, CHECK_CHARS), encoded(body)
        outgoing.rank, outgoing.dropped = RANKS["crit"], {}  # what was lost is told with reports
        with inside():
            if not self._settings.enabled:
                self._worker.withhold(outgoing, "disabled")
                return Receipt(outgoing.report_id, queued=False)
            failure = self._worker.put(outgoing)
        if failure is not None and self._settings.strict:
            raise failure
        return Receipt(outgoing.report_id, failure is None)

    def capture(
        self, error: Optional[BaseException], title: Optional[str] = None, **details: Any
    ) -> Optional[Receipt]:
        """Report an exception for a hook of the host: each one once, and never raise.

        `details` are keywords of `send`. Returns None for an exception that is reported already.
        """
        if exceptions.is_reported(error):
            return None
        return self.capture_draft(exceptions.draft_of(error, title, **details))

    def capture_draft(self, draft: Draft) -> Optional[Receipt]:
        """Submit for a hook of the host, where even a strict dispatcher must not raise."""
        if draft.storm is not None and self._worker.folds(draft.storm):
            return Receipt(new_report_id(), queued=True)
        try:
            return self._submit(draft)
        except DispatcherError:
            warn("capture", "%s is not reported", text_of(draft.title), exc_info=True)
            return None

    def install_hooks(self, *, sigterm: bool = False) -> None:
        """Report what ends the program or a thread of it, and then go on as before.

        With `sigterm`, what is queued is sent before SIGTERM does what it did: up to
        `exit_timeout` seconds.
        """
        from . import hooks  # noqa: PLC0415 - only who installs them pays for them

        hooks.hook_interpreter(self)
        hooks.hook_threads(self)
        if sigterm:
            hooks.hook_sigterm()

    def install_asyncio(self, loop: Optional[AbstractEventLoop] = None) -> None:
        """Report what the tasks of an event loop (default: the running one) leave uncaught."""
        from asyncio import get_running_loop  # noqa: PLC0415 - for asyncio programs only

        from . import hooks  # noqa: PLC0415

        try:
            hooks.hook_loop(self, loop or get_running_loop())
        except RuntimeError:
            if self._settings.strict:
                raise
            warn("asyncio", "install_asyncio is for a running loop: nothing is installed")

    def _submit(
        self,
        draft: Draft,
        deadline: Optional[float] = None,
        on_done: Optional[Callable[[Union[Answer, SendFailed]], None]] = None,
        report_id: Optional[str] = None,
    ) -> Receipt:
        outgoing = Outgoing(report_id or new_report_id(), deadline, on_done)
        with inside():
            queued = self._is_taken(outgoing, draft)
        return Receipt(outgoing.report_id, queued)

    def _is_taken(self, outgoing: Outgoing, draft: Draft) -> bool:
        try:
            reason = self._fill(outgoing, draft)
            if reason is not None:
                self._worker.withhold(outgoing, reason)
                return False
            failure = self._worker.put(outgoing)
        except Exception as error:  # a reporter must never raise into its host
            if self._settings.strict:
                raise
            warn("internal", "a report cannot be made", exc_info=True)
            failure = self._worker.lose(outgoing, Lost("internal", type(error).__name__))
        if failure is not None and self._settings.strict:
            raise failure
        return failure is None

    def _patience(self, timeout: Optional[float]) -> float:
        return min(self._settings.timeout if timeout is None else timeout, LONGEST_WAIT)

    def _no_answer(self, report_id: str, patience: float) -> SendFailed:
        error = self.stats().last_error
        reason = f"no answer within {patience:g} s" + (f" (last error: {error})" if error else "")
        return SendFailed("gave_up", reason, report_id=report_id)

    def _fill(self, outgoing: Outgoing, draft: Draft) -> Optional[str]:
        """Make what is to be sent, or say why nothing is."""
        if not self._settings.enabled:
            return "disabled"
        if self._settings.strict:
            check(draft)
        level = _level_in(draft)
        outgoing.rank = RANKS[level]
        if outgoing.deadline is None and not is_sampled(level, self._settings.rates):
            return "sampled"
        scope = current_scope()
        around = Scope({**self._settings.tags, **scope.tags}, scope.context)
        logs = self._logs_of(draft)
        made = incident_of(draft, level, logs, outgoing.report_id, around)
        incident = reviewed(made, self._before_send)
        if incident is None:
            return "before_send"
        outgoing.incident = encoded(incident)
        if draft.storm is not None:
            outgoing.storm = Storm(draft.storm, {**incident, "logs": []})
        return None

    def _logs_of(self, draft: Draft) -> List[LogPart]:
        lines = count_of(draft.max_logs_to_send)
        logs = tails_of(self._files_of(draft), self._settings.lines if lines is None else lines)
        if isinstance(draft.exc, BaseException):
            logs.insert(0, exceptions.traceback_of(draft.exc, self._settings))
        return logs

    def _files_of(self, draft: Draft) -> List[LogFile]:
        if draft.logs is None:
            return self._settings.files
        try:
            return log_files_of(draft.logs)
        except TypeError:
            if self._settings.strict:
                raise InvalidReport("logs", "must be a list of paths") from None
            warn("logs", "logs must be a list of paths, the report is sent without")
            return []


def _level_in(draft: Draft) -> Level:
    level = level_of(draft.level)
    if level is not None:
        return level
    warn("level", "%s is not a level, the report is sent as error", text_of(draft.level))
    return "error"
