"""The one thread that sends: a bounded queue before it, retries and pauses within it.

Guarantees that `put` never waits for the network, that every report has exactly one outcome,
and that each loss is counted by reason. The lock is re-entrant and not held while code of the
host runs: a signal handler, a __del__ or a log handler may call send().
"""

from __future__ import annotations

import threading
from logging import DEBUG
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, List, Optional, Union

from . import exits
from .diagnostics import say, warn
from .errors import SendFailed
from .folds import Folds
from .outgoing import Again, Heard, Lost, Outgoing
from .queue import Queue
from .scope import inside
from .settings import LONGEST_WAIT, Settings
from .tally import Stats, Tally

if TYPE_CHECKING:
    from .answer import Answer
    from .courier import Courier
    from .spool import Spool

IDLE_SECONDS = 60.0
THREAD_NAME = "dispatcher-maker"


class Worker:
    """Takes reports from any thread; its own, started by the first report, delivers them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stop_at: Optional[float] = None
        self._thread: Optional[threading.Thread] = None
        self._courier: Optional[Courier] = None
        self.renew()
        exits.workers.add(self)

    def renew(self) -> None:
        """Begin with nothing: in the child of a fork, what was queued is the parent's."""
        self._conditions: List[threading.Condition] = []
        self._queue = Queue()
        self._tally = Tally()
        self._folds = Folds(self.settings.fold_seconds)
        self._in_flight: Optional[Outgoing] = None
        self._paused_until = 0.0
        self._spool = self._open_spool()
        self._retire()

    @property
    def _changed(self) -> threading.Condition:
        """The lock, made when it is first needed: gevent replaces the class after a fork."""
        if not self._conditions:
            self._conditions.append(threading.Condition())  # of two at once, the first counts
        return self._conditions[0]

    def put(self, outgoing: Outgoing) -> Optional[SendFailed]:
        """Queue a report; if that cannot be, return why."""
        evicted = []
        with self._changed:
            if outgoing.storm is not None and self.folds(outgoing.storm.key):
                return None  # another thread was faster with the first of it
            refusal = self._refusal_of(outgoing)
            if refusal is None:
                evicted = self._queue.push(outgoing)
                self._folds.open(outgoing, monotonic())
                self._start()
                self._changed.notify_all()
        if refusal is not None:
            return self.lose(outgoing, refusal)
        failures = {
            loser: self.lose(loser, Lost("queue_full", "the queue is full")) for loser in evicted
        }
        return failures.get(outgoing)

    def lose(self, outgoing: Outgoing, lost: Lost) -> SendFailed:
        """Count a report that will not be sent, and tell who waits for it."""
        with self._changed:
            self._tally.count_lost(lost, outgoing)
        _say(outgoing, lost)
        failure = lost.failure_of(outgoing)
        outgoing.tell(failure)
        return failure

    def folds(self, key: str) -> bool:
        """Count a report of what was reported just now; False if it has to be sent."""
        with self._changed:
            folded = self._folds.takes(key)
            if folded:
                self._tally.count_withheld("folded")
        return folded

    def unfold(self, now: float) -> None:
        """Queue the summaries of the storms whose window ended."""
        with self._changed:
            summaries = self._folds.close(now)
        for summary in summaries:
            self.put(summary)

    def withhold(self, outgoing: Outgoing, reason: str) -> None:
        """Count a report that is kept back on purpose, and tell who waits for it."""
        with self._changed:
            self._tally.count_withheld(reason)
        outgoing.tell(Lost(reason, "the report was kept back").failure_of(outgoing))

    def stats(self) -> Stats:
        with self._changed:
            return self._tally.stats(len(self._queue) + (self._in_flight is not None))

    def flush(self, timeout: float) -> bool:
        """Wait until what is queued now is settled; False at once if that cannot be in time."""
        ends = monotonic() + min(timeout, LONGEST_WAIT)
        self.unfold(inf)
        with self._changed:
            mark = self._queue.numbered
            while self._is_pending(mark):
                left = ends - monotonic()
                if left <= 0 or self._paused_until > ends or self._thread is None:
                    return False
                self._changed.wait(left)
        return True

    def close(self, timeout: float) -> bool:
        """Take nothing more, send what is queued within the time, count the rest as lost."""
        timeout = min(timeout, LONGEST_WAIT)
        self.unfold(inf)
        with self._changed:
            if self._stop_at is None:
                self._stop_at = monotonic() + timeout
            thread = self._thread
            self._changed.notify_all()
        if thread is None:
            self._run()  # here and now: an interpreter that ends starts no thread (3.12)
        elif thread is not threading.current_thread():
            thread.join(max(0.0, timeout))
        return self._abandon()

    def _refusal_of(self, outgoing: Outgoing) -> Optional[Lost]:
        if self.settings.faults:
            return Lost("misconfigured", " ".join(self.settings.faults[0]))
        if self._stop_at is not None:
            return Lost("closed", "the dispatcher is closed")
        if outgoing.deadline is not None and self._paused_until > outgoing.deadline:
            return Lost("gave_up", f"sending is paused: {self._tally.last_error}")
        return None

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return  # the next report tries again, and close() needs no thread
        self._thread = thread
        exits.drain_when_child_process_ends()

    def _run(self) -> None:
        with inside():
            outgoing = self._next()
            while outgoing is not None:
                self._settle(outgoing, self._attempt(outgoing))
                outgoing = self._next()

    def _next(self) -> Optional[Outgoing]:
        """Wait for a report that may be sent now; None when this thread has to end."""
        idle_until = monotonic() + IDLE_SECONDS
        while True:
            self.unfold(monotonic())
            self._replay()
            with self._changed:
                now, until = monotonic(), self._paused_until
                if not self._is_pending():
                    until = max(idle_until, self._folds.ends_at(otherwise=idle_until))
                if self._is_over(now, until):
                    self._retire()
                    return None
                if now >= until:
                    self._in_flight = self._in_flight or self._queue.pop()
                    return self._in_flight
                self._changed.wait(max(0.0, self._look_again_at(until) - now))

    def _look_again_at(self, until: float) -> float:
        ends_at = self._folds.ends_at(otherwise=until)
        if self._spool is None or self._spool.replay_at is None or self._is_pending():
            return min(until, ends_at)
        return min(until, ends_at, self._spool.replay_at)

    def _attempt(self, outgoing: Outgoing) -> Union[Answer, Heard, Again, Lost]:
        try:
            self._courier = self._courier or self._hire()
            with self._changed:
                if outgoing.dropped is None:  # once: a repeated report is read only once, too
                    outgoing.dropped = self._tally.untold()
            return self._courier.attempt(outgoing, self._time_for(outgoing))
        except Exception as error:  # noqa: BLE001 - this loop must survive whatever a report does to it
            warn("internal", "report %s cannot be sent", outgoing.report_id, exc_info=True)
            return Lost("internal", type(error).__name__)

    def _settle(self, outgoing: Outgoing, verdict: Union[Answer, Heard, Again, Lost]) -> None:
        if isinstance(verdict, Again):
            if self._pause(verdict, outgoing.deadline):
                return
            verdict = Lost("gave_up", verdict.reason, verdict.status)
        if isinstance(verdict, Lost) and self._keep(outgoing, verdict):
            return
        if self._spool is not None:
            self._spool.settle(outgoing, sent=not isinstance(verdict, Lost))
        if isinstance(verdict, Lost):
            _say(outgoing, verdict)  # before it counts as settled: who waits in flush() may read it
        with self._changed:
            if self._in_flight is not outgoing:
                return  # close() gave it up meanwhile
            self._in_flight = None
            if isinstance(verdict, Lost):
                self._tally.count_lost(verdict, outgoing)
                self._tally.last_error = verdict.reason
            else:
                self._tally.count_sent(outgoing)
            self._changed.notify_all()
        if isinstance(verdict, Lost):
            outgoing.tell(verdict.failure_of(outgoing))
        else:
            say(DEBUG, "report %s is sent", outgoing.report_id)
            outgoing.tell(verdict)

    def _pause(self, again: Again, deadline: Optional[float]) -> bool:
        """Send nothing for a while; False if that is longer than the report can wait."""
        warn("again", "nothing can be sent for %.1f s: %s", again.pause, again.reason)
        with self._changed:
            self._tally.count_again(again)
            self._paused_until = monotonic() + again.pause
            self._changed.notify_all()
        return deadline is None or self._paused_until <= deadline

    def _abandon(self) -> bool:
        self.unfold(inf)  # what came while it closed: refused, and so counted
        with self._changed:
            left = self._queue.clear()
            if self._in_flight is not None:
                left.insert(0, self._in_flight)
                self._in_flight = None
            self._changed.notify_all()
        lost = Lost("closed", "not sent before the dispatcher was closed")
        for outgoing in left:
            if not self._keep(outgoing, lost):
                self.lose(outgoing, lost)
        return not left

    def _keep(self, outgoing: Outgoing, lost: Lost) -> bool:
        """Put a report that is lost now into the spool, if it may be sent later."""
        gone = self._spool.keep(outgoing, lost) if self._spool is not None else None
        if gone is None:
            return False
        with self._changed:
            if self._in_flight is outgoing:
                self._in_flight = None
            self._tally.count_kept(lost, gone)
            self._changed.notify_all()
        return True

    def _replay(self) -> None:
        """Queue a report of the spool, when nothing else waits."""
        if self._spool is None or self._is_pending():
            return
        outgoing = self._spool.next(at_once=self._stop_at is not None)
        if outgoing is not None:
            with self._changed:
                self._queue.push(outgoing)  # of the lowest rank: in a full queue, it goes itself

    def _is_pending(self, mark: Optional[int] = None) -> bool:
        first = self._in_flight or self._queue.first()
        return first is not None and (mark is None or first.number <= mark)

    def _is_over(self, now: float, until: float) -> bool:
        if not self._is_pending():
            return self._stop_at is not None or now >= until
        return self._stop_at is not None and max(now, until) >= self._stop_at

    def _time_for(self, outgoing: Outgoing) -> float:
        ends = [end - monotonic() for end in (outgoing.deadline, self._stop_at) if end is not None]
        return min([self.settings.timeout, *ends])

    def _hire(self) -> Courier:
        with exits.imports.lock:
            from .courier import Courier  # noqa: PLC0415 - http.client and ssl are not for the import

            return Courier(self.settings)

    def _open_spool(self) -> Optional[Spool]:
        if not self.settings.spool_dir:
            return None
        from .spool import Spool  # noqa: PLC0415 - only who has one pays for it

        return Spool(self.settings)

    def _retire(self) -> None:
        self._thread = None
        if self._courier is not None:
            self._courier.close()
            self._courier = None


def _say(outgoing: Outgoing, lost: Lost) -> None:
    warn(lost.kind, "report %s is dropped: %s", outgoing.report_id, lost.reason)
