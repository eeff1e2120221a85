"""Hands the signals of this process on to the command it runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from types import FrameType
from typing import Iterator, List, Optional

_PASSED_ON = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT")
_OF_A_TERMINAL = ("SIGINT", "SIGQUIT")


class Relay:
    """Gives signals to the command; those that came before it ran, as soon as it does."""

    def __init__(self) -> None:
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._early: List[int] = []

    def attach(self, process: subprocess.Popen[bytes]) -> None:
        """Name the command."""
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def take(self, number: int, _frame: Optional[FrameType]) -> None:
        """Handle a signal of this process."""
        if signal.Signals(number).name in _OF_A_TERMINAL and _is_at_terminal():
            return  # which gave it to the command, too: many take a second one as "at once"
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)


@contextmanager
def relaying() -> Iterator[Relay]:
    """Hand signals on within the block; what this process ignores stays ignored."""
    relay = Relay()
    found = [getattr(signal, name) for name in _PASSED_ON if hasattr(signal, name)]
    heard = [number for number in found if signal.getsignal(number) is not signal.SIG_IGN]
    previous = {number: signal.signal(number, relay.take) for number in heard}
    try:
        yield relay
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _is_at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
