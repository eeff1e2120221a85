"""APScheduler 3."""

from __future__ import annotations

from typing import Any, Optional

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter


def install(scheduler: Any, dispatcher: Optional[Reporter] = None) -> None:
    """Report the jobs of a scheduler that fail, and, as warnings, those that miss their time."""

    def report(event: Any) -> None:
        reporter = dispatcher or get_dispatcher()
        context = {"job": {"id": event.job_id, "scheduled_at": str(event.scheduled_run_time)}}
        if event.code == EVENT_JOB_ERROR:
            reporter.capture(event.exception, context=context)
        else:
            title = f"Job {event.job_id} missed its time"
            reporter.capture(None, title, level="warning", fingerprint=title, context=context)

    scheduler.add_listener(report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
