"""Standard input and output as bytes, whatever they hold."""

from __future__ import annotations

import os
import sys
from typing import Iterator

LINE_BYTES = 64 * 1024
STDOUT, STDERR = 1, 2


def write_all(descriptor: int, data: bytes) -> None:
    """Write at once and whole; raises OSError if the reader is gone."""
    while data:
        data = data[os.write(descriptor, data) :]


def input_lines() -> Iterator[bytes]:
    """Read standard input line by line, a very long line in pieces."""
    while line := sys.stdin.buffer.readline(LINE_BYTES):
        yield line


def input_start(size: int) -> bytes:
    """Read the first so many bytes, and the rest away: its writer must not meet a closed pipe."""
    start = sys.stdin.buffer.read(size)
    while sys.stdin.buffer.read(LINE_BYTES):
        pass
    return start
