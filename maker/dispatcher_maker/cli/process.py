"""Runs a command as if nobody were in between: its input, output, signals and exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from time import monotonic
from typing import IO, List, NamedTuple, Optional, Tuple

from dispatcher_maker.tails import FILE_BYTES, LogFile

from .relay import relaying
from .streams import STDERR, STDOUT, write_all

BLOCK_BYTES = 64 * 1024
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL
LINGER_SECONDS = 1.0  # how long a silent grandchild may keep the output open

# As shells and timeout(1) say it.
TIMED_OUT, NOT_EXECUTABLE, NOT_FOUND, SIGNALLED = 124, 126, 127, 128


class Outcome(NamedTuple):
    """How a command ended: its exit code, the same in words, and the end of its output."""

    code: int
    ending: str
    output: List[LogFile]
    seconds: float


class Copy:
    """Passes one stream on as it comes, and keeps the end of it."""

    def __init__(self, name: str, source: IO[bytes], sink: Optional[int]) -> None:
        self._name = name
        self._source = source
        self._sink = sink
        self._kept = bytearray()
        self._is_writing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> LogFile:
        """Wait for a slow reader, but not for a grandchild, and return what was kept."""
        self._thread.join(LINGER_SECONDS)
        while self._thread.is_alive() and self._is_writing:
            self._thread.join(LINGER_SECONDS)
        return LogFile(self._name, self._name, bytes(self._kept))

    def _run(self) -> None:
        with self._source:
            while chunk := os.read(self._source.fileno(), BLOCK_BYTES):
                self._keep(chunk)
                try:
                    self._pass_on(chunk)
                except OSError:  # our reader is gone: the closed pipe tells the command, too
                    return

    def _pass_on(self, chunk: bytes) -> None:
        if self._sink is not None:
            self._is_writing = True
            write_all(self._sink, chunk)
            self._is_writing = False

    def _keep(self, chunk: bytes) -> None:
        self._kept += chunk
        if len(self._kept) > 4 * FILE_BYTES:
            del self._kept[: -2 * FILE_BYTES]


def run(words: List[str], limit: Optional[float] = None, *, quiet: bool = False) -> Outcome:
    """Run a command to its end, or for `limit` seconds; `quiet` passes no output on."""
    started = monotonic()
    with relaying() as relay:
        try:
            process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - what this program is for
        except (OSError, ValueError) as error:
            return _not_started(error)
        relay.attach(process)
        streams = (("stdout", process.stdout, STDOUT), ("stderr", process.stderr, STDERR))
        copies = [
            Copy(name, source, None if quiet else sink) for name, source, sink in streams if source
        ]
        code, ending = _end_of(process, limit)
        output = [copy.end() for copy in copies]
    return Outcome(code, ending, output, monotonic() - started)


def _not_started(error: Exception) -> Outcome:
    code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    reason = getattr(error, "strerror", None) or str(error)
    return Outcome(code, f"cannot be started: {reason}", [], 0.0)


def _end_of(process: subprocess.Popen[bytes], limit: Optional[float]) -> Tuple[int, str]:
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        _stop(process)
        return TIMED_OUT, f"stopped after {limit:g} s"
    if code < 0:
        return SIGNALLED - code, f"killed by {_signal_name(-code)}"
    return code, f"exit code {code}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
