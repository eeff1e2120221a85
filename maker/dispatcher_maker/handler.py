"""`DispatcherHandler`: log records as reports."""

from __future__ import annotations

import logging
import re
from typing import Any, Dict, Mapping, Optional, Union

from . import diagnostics
from .default import get_dispatcher
from .exceptions import is_reported, mark_reported, place_of
from .reporter import Reporter
from .scope import is_inside
from .wire import Draft, text_of

_DETAILS = frozenset(Draft._fields) - {"exc", "storm"}
_NUMBER = re.compile(r"\d+")


class DispatcherHandler(logging.Handler):
    """Reports every log record from a level on, ERROR unless told otherwise.

    Without a `dispatcher`, reports go to the program's own (`get_dispatcher`). Records with one
    template, of one logger and one kind of exception, belong to one incident.
    `extra={"dispatcher": {...}}` of a logging call overrules what its report says, by the
    keywords of `send`.
    """

    def __init__(
        self, dispatcher: Optional[Reporter] = None, level: Union[int, str] = logging.ERROR
    ) -> None:
        super().__init__(level)
        self._dispatcher = dispatcher

    def emit(self, record: logging.LogRecord) -> None:
        """Report a record, unless the SDK itself made it: that would never end."""
        if is_inside() or record.name == diagnostics.logger.name:
            return
        try:
            self._report(record)
        except Exception:  # noqa: BLE001 - logging's way: a handler never raises into the host
            self.handleError(record)

    def _report(self, record: logging.LogRecord) -> None:
        error = _error_of(record)
        if is_reported(error):
            return
        mark_reported(error)
        dispatcher = self._dispatcher or get_dispatcher()
        dispatcher.capture_draft(_draft_of(record))


def _draft_of(record: logging.LogRecord) -> Draft:
    text = _message_of(record)
    title = text.partition("\n")[0]
    fingerprint = _fingerprint_of(record)
    draft = Draft(
        title,
        "\n".join(filter(None, [text if text != title else "", record.stack_info])),
        record.levelno,
        fingerprint=fingerprint,
        tags={"logger": record.name},
        context={
            "place": f"{record.pathname}:{record.lineno} {record.funcName}",
            "thread": record.threadName,
        },
        exc=_error_of(record),
        storm=f"{fingerprint}\n{record.pathname}:{record.lineno}",
    )
    return draft._replace(**_details_of(record))


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that do not fit, or a broken __str__ of the host
        return text_of(record.msg)


def _error_of(record: logging.LogRecord) -> Optional[BaseException]:
    return record.exc_info[1] if record.exc_info else None


def _details_of(record: logging.LogRecord) -> Dict[str, Any]:
    details = getattr(record, "dispatcher", None)
    if not isinstance(details, Mapping):
        return {}
    return {name: value for name, value in details.items() if name in _DETAILS}


def _fingerprint_of(record: logging.LogRecord) -> str:
    """Key a record by its template; a text that was filled in before is masked a little."""
    template = _NUMBER.sub("0", text_of(record.msg)[:100])
    error = _error_of(record)
    place = place_of(error)
    kind = type(error).__name__ if error is not None else ""
    return "\n".join([record.name, template, kind, place.function if place else ""])
