"""`DispatcherAsync`: the same for asyncio programs. The one module here that imports asyncio.

Reports go through the same worker thread, so they outlive the event loop.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Callable, Iterable, Mapping, Optional, Type, Union

from .answer import Answer
from .errors import SendFailed
from .exceptions import draft_of as exception_draft
from .levels import AnyLevel
from .reporter import Receipt, Reporter
from .tails import AnyPath
from .wire import Draft, new_report_id

HANDOVER_SECONDS = 1.0

if TYPE_CHECKING:
    from typing_extensions import Self


class DispatcherAsync(Reporter):
    """Reports failures of one app to a Dispatcher server, without holding up the event loop."""

    async def send(
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
        """Queue a report; never raises unless `strict`. See `Dispatcher.send`.

        Files are read in a thread; what takes it longer than 1 s is not waited for.
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
        return await self._hand_over(draft)

    async def send_exception(
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
        """Report an exception with its traceback. See `Dispatcher.send_exception`."""
        draft = exception_draft(
            error, title, message, level, fingerprint=fingerprint, tags=tags, context=context
        )
        return await self._hand_over(draft._replace(storm=None))

    async def send_now(
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
        """Send a report and return the server's answer. See `Dispatcher.send_now`."""
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
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Union[Answer, SendFailed]] = loop.create_future()
        on_done = partial(_resolve, loop, future)
        receipt = await self._hand_over(draft, monotonic() + patience, on_done)
        try:
            outcome = await asyncio.wait_for(future, patience)
        except asyncio.TimeoutError:
            outcome = self._no_answer(receipt.report_id, patience)
        if isinstance(outcome, SendFailed):
            raise outcome
        return outcome

    async def flush(self, timeout: float = 5.0) -> bool:
        """Wait until what is queued now is settled; False if that is not so in time."""
        return await asyncio.to_thread(self._worker.flush, timeout)

    async def close(self, timeout: Optional[float] = None) -> bool:
        """Send what is queued within the timeout, then stop. See `Dispatcher.close`."""
        patience = self._settings.exit_timeout if timeout is None else timeout
        return await asyncio.to_thread(self._worker.close, patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def _hand_over(
        self,
        draft: Draft,
        deadline: Optional[float] = None,
        on_done: Optional[Callable[[Union[Answer, SendFailed]], None]] = None,
    ) -> Receipt:
        report_id = new_report_id()
        submit = partial(self._submit, draft, deadline, on_done, report_id)
        if draft.logs is None and not self._settings.files:
            return submit()
        claim = threading.Lock()
        try:
            taken = await asyncio.wait_for(
                asyncio.to_thread(_once, claim, submit), HANDOVER_SECONDS
            )
        except (RuntimeError, asyncio.TimeoutError):  # no thread has time, or a disk takes its own
            taken = _once(claim, submit)
        except asyncio.CancelledError:
            _once(claim, submit)
            raise
        return taken or Receipt(report_id, queued=True)


def _once(claim: threading.Lock, submit: Callable[[], Receipt]) -> Optional[Receipt]:
    """Submit, unless another thread does: of those that come here, the first."""
    return submit() if claim.acquire(blocking=False) else None


def _resolve(
    loop: asyncio.AbstractEventLoop,
    future: asyncio.Future[Union[Answer, SendFailed]],
    outcome: Union[Answer, SendFailed],
) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_set, future, outcome)


def _set(
    future: asyncio.Future[Union[Answer, SendFailed]], outcome: Union[Answer, SendFailed]
) -> None:
    if not future.done():
        future.set_result(outcome)
