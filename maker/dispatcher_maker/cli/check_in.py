"""The start and the end of one run, told to the check of its name if there is one."""

from __future__ import annotations

import threading
from typing import Any, List, Optional

from dispatcher_maker.errors import SendFailed
from dispatcher_maker.settings import Settings
from dispatcher_maker.tails import tails_of
from dispatcher_maker.wire import new_report_id

from .heartbeat import beat
from .process import Outcome

MESSAGE_BYTES = 10_000  # what the server keeps
LONGEST_SECONDS = 72 * 3600.0


class CheckIn:
    """Tells the start while the command begins: an answer that takes its time delays nothing."""

    def __init__(
        self, settings: Settings, name: str, every: Optional[int], grace: Optional[int]
    ) -> None:
        self._settings = settings
        self._name = name
        self._plan = {"period_seconds": every, "grace_seconds": grace}
        self._run = new_report_id()
        self._failures: List[SendFailed] = []
        self._thread = threading.Thread(
            target=self._tell, kwargs={"status": "in_progress"}, daemon=True
        )
        self._thread.start()

    def end(self, outcome: Outcome) -> bool:
        """Tell the end; False if the server has no such check, or cannot be told."""
        self._thread.join(self._settings.timeout)
        if any(failure.status == 404 for failure in self._failures):
            return False
        failed = outcome.code != 0
        return self._tell(
            status="error" if failed else "ok",
            message=_message_of(outcome, self._settings.lines) if failed else None,
            exit_status=outcome.code,
            duration_seconds=min(outcome.seconds, LONGEST_SECONDS),
        )

    def _tell(self, **fields: Any) -> bool:
        try:
            beat(self._settings, self._name, run=self._run, **self._plan, **fields)
        except SendFailed as failure:
            self._failures.append(failure)
            return False
        return True


def _message_of(outcome: Outcome, lines: int) -> str:
    """Put the ends of the output together: how it ended first, what does not fit left out."""
    text = "\n".join(line for part in tails_of(outcome.output, lines) for line in part["lines"])
    room = MESSAGE_BYTES - len(outcome.ending) - 1
    return f"{outcome.ending}\n{text.encode('utf-8', 'replace')[-room:].decode('utf-8', 'ignore')}"
