"""For tests of programs that report: catch the reports instead of sending them.

In pytest, ask for the fixture `dispatcher_outbox`; elsewhere, use `catch_reports`.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Optional
from unittest.mock import patch

from .answer import Answer
from .errors import SendFailed
from .outgoing import Lost, Outgoing
from .scrub import scrub
from .worker import Worker

__all__ = ["CaughtHeartbeat", "CaughtReport", "Outbox", "catch_reports"]


class CaughtReport(NamedTuple):
    """A report as the server would have got it."""

    app_name: str
    title: str
    message: str
    level: str
    logs: List[Dict[str, Any]]
    fingerprint: Optional[str]
    tags: Dict[str, str]
    context: Dict[str, Any]


class CaughtHeartbeat(NamedTuple):
    """A heartbeat as the server would have got it: `ok`, `error` or `in_progress`."""

    check: str
    status: str
    message: str


class Outbox:
    """The reports and heartbeats of every dispatcher of the process, oldest first.

    They are there as soon as `send` returns. With `unreachable = True`, reports fail as they
    do when no server answers, and are not caught.
    """

    def __init__(self) -> None:
        self.reports: List[CaughtReport] = []
        self.heartbeats: List[CaughtHeartbeat] = []
        self.unreachable = False

    @property
    def titles(self) -> List[str]:
        return [report.title for report in self.reports]

    def clear(self) -> None:
        self.reports.clear()
        self.heartbeats.clear()

    def take(self, worker: Worker, outgoing: Outgoing) -> Optional[SendFailed]:
        """Stand in for the worker's queue."""
        if self.unreachable:
            return worker.lose(outgoing, Lost("gave_up", "the server cannot be reached"))
        if worker.settings.scrub:
            scrub(outgoing)
        if outgoing.check is not None:
            self.heartbeats.append(_heartbeat_of(outgoing.check, outgoing))
            return None
        self.reports.append(_report_of(worker, outgoing))
        outgoing.tell(_answer_to(outgoing, len(self.reports)))
        return None


@contextmanager
def catch_reports() -> Iterator[Outbox]:
    """Catch every report made in the block, whatever the options of its dispatcher."""
    outbox = Outbox()

    def put(worker: Worker, outgoing: Outgoing) -> Optional[SendFailed]:
        return outbox.take(worker, outgoing)

    def folds(_worker: Worker, _key: str) -> bool:
        return False  # what was reported before the block has no say in it

    with patch.object(Worker, "put", put), patch.object(Worker, "folds", folds):
        yield outbox


def _report_of(worker: Worker, outgoing: Outgoing) -> CaughtReport:
    incident = json.loads(outgoing.incident)
    return CaughtReport(
        app_name=worker.settings.app_name,
        title=incident["title"],
        message=incident["message"],
        level=incident["level"],
        logs=incident["logs"],
        fingerprint=incident.get("fingerprint"),
        tags=incident.get("tags", {}),
        context=incident.get("context", {}),
    )


def _heartbeat_of(check: str, outgoing: Outgoing) -> CaughtHeartbeat:
    body = json.loads(outgoing.incident)
    return CaughtHeartbeat(check, body["status"], body.get("message", ""))


def _answer_to(outgoing: Outgoing, number: int) -> Answer:
    return Answer(
        report=outgoing.report_id,
        incident_id=number,
        number=number,
        status="open",
        new=True,
        count=1,
        url=f"https://dispatcher.example.com/incidents/{number}",
    )
