"""What nobody caught: the hooks of the interpreter, of threads, of event loops, and SIGTERM.

Each calls whoever had the hook before, so that the program ends and prints as it always did.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Dict, Optional, Type

from . import exits
from .diagnostics import warn
from .worker import THREAD_NAME

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from .reporter import Reporter


def hook_interpreter(reporter: Reporter) -> None:
    """Report what ends the program; Ctrl-C and sys.exit are no failures."""
    before = sys.excepthook

    def report(
        kind: Type[BaseException], error: BaseException, traceback: Optional[TracebackType]
    ) -> None:
        if isinstance(error, Exception):
            reporter.capture(error, level="crit")
        before(kind, error, traceback)

    sys.excepthook = report


def hook_threads(reporter: Reporter) -> None:
    """Report what ends a thread, other than the SDK's own."""
    before = threading.excepthook

    def report(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread is not None else ""
        if isinstance(args.exc_value, Exception) and name != THREAD_NAME:
            reporter.capture(args.exc_value, context={"thread": name})
        before(args)

    threading.excepthook = report


def hook_loop(reporter: Reporter, loop: AbstractEventLoop) -> None:
    """Report what a task nobody awaits raised, and the other errors of an event loop."""
    before = loop.get_exception_handler()

    def report(loop: AbstractEventLoop, found: Dict[str, Any]) -> None:
        error = found.get("exception")
        if error is None:
            reporter.capture(None, found.get("message"))
        elif isinstance(error, Exception):
            reporter.capture(error, message=found.get("message"))
        if before is None:
            loop.default_exception_handler(found)
        else:
            before(loop, found)

    loop.set_exception_handler(report)


def hook_sigterm() -> None:
    """Send what is queued before SIGTERM does what it did: `atexit` never hears of it."""
    before = signal.getsignal(signal.SIGTERM)
    if before == signal.SIG_IGN:
        return

    def flush(number: int, frame: Optional[FrameType]) -> None:
        exits.flush_workers()
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    try:
        signal.signal(signal.SIGTERM, flush)
    except ValueError:  # a rule of Python
        warn("sigterm", "SIGTERM can only be hooked in the main thread")
