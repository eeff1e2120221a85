"""Celery workers."""

from __future__ import annotations

from typing import Any, Optional

from celery import signals

from dispatcher_maker import exits
from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter


def install(dispatcher: Optional[Reporter] = None) -> None:
    """Report the tasks that fail for good; call it in the module that makes the Celery app.

    A retry is no failure until it is the last one. What is queued when a child of a worker ends
    is sent first: Celery has processes of its own kind, which run no `atexit`.
    """

    def report(
        sender: Any = None,
        task_id: Optional[str] = None,
        exception: Optional[BaseException] = None,
        **_: Any,
    ) -> None:
        task = {"name": getattr(sender, "name", ""), "id": task_id}
        (dispatcher or get_dispatcher()).capture(exception, context={"task": task})

    def flush(**_: Any) -> None:
        exits.flush_workers()

    signals.task_failure.connect(report, weak=False)
    signals.worker_process_shutdown.connect(flush, weak=False)
