"""Django sites, WSGI and ASGI."""

from __future__ import annotations

import sys
from typing import Any, Optional

from django.core import signals

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter


def install(dispatcher: Optional[Reporter] = None) -> None:
    """Report the requests that Django answers with 500; call it in an `AppConfig.ready`."""

    def report(request: Any = None, **_: Any) -> None:
        reporter = dispatcher or get_dispatcher()
        facts = {"method": getattr(request, "method", ""), "path": getattr(request, "path", "")}
        reporter.capture(sys.exc_info()[1], context={"request": facts})

    signals.got_request_exception.connect(report, weak=False)
