"""Standard input and output, whatever they hold, and whether anybody is at the other end."""

from __future__ import annotations

import io
import os
import sys
from typing import BinaryIO, Iterator, Optional, TextIO

LINE_BYTES = 64 * 1024
STDOUT, STDERR = 1, 2


def write_all(descriptor: int, data: bytes) -> None:
    """Write at once and whole; raises OSError if the reader is gone."""
    while data:
        data = data[os.write(descriptor, data) :]


def say(text: str) -> None:
    """Print a line."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print a line to stderr."""
    _print(text, sys.stderr)


def input_lines() -> Iterator[bytes]:
    """Read standard input line by line, a very long line in pieces."""
    source = _input()
    while line := source.readline(LINE_BYTES):
        yield line


def input_start(size: int) -> bytes:
    """Read the first so many bytes, and the rest away: its writer must not meet a closed pipe."""
    source = _input()
    start = source.read(size)
    while source.read(LINE_BYTES):
        pass
    return start


def _input() -> BinaryIO:
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer  # closed, as by <&-


def _print(text: str, stream: Optional[TextIO]) -> None:
    if stream is None:
        return
    try:
        print(text, file=stream, flush=True)
    except OSError:  # its reader is gone, what was to be done goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # Python flushes at its end, too
