"""`pipe`: standard input to standard output, and a report of each line that matches."""

from __future__ import annotations

import re
from argparse import Namespace
from collections import deque
from contextlib import suppress
from typing import Any, Deque, Iterable, Iterator, List

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import SendFailed
from dispatcher_maker.levels import AnyLevel
from dispatcher_maker.tails import LogFile

from .endings import SENT, UNREACHABLE, BadUsage
from .options import dispatcher_of, options_of
from .streams import STDOUT, complain, input_lines, write_all

MOST_LINES = 1000


def command(arguments: Namespace) -> int:
    """Pass everything on, report what matches, and wait for the reports at the end."""
    try:
        pattern = re.compile(arguments.match)
    except re.error as error:
        raise BadUsage(f"--match is no regular expression: {error}") from None
    options = options_of(arguments)
    dispatcher = dispatcher_of(options)
    before: Deque[str] = deque(maxlen=min(options.values["max_logs_to_send"], MOST_LINES))
    for line in _passed_on():
        before.append(line)
        if line.strip() and pattern.search(line):
            _report(dispatcher, arguments.level, line, before)
    return _ending_of(dispatcher, options.values["timeout"])


def _passed_on() -> Iterator[str]:
    for line in input_lines():
        try:
            write_all(STDOUT, line)
        except OSError:
            return  # our reader is gone, and now so are we
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _report(dispatcher: Dispatcher, level: AnyLevel, line: str, before: Iterable[str]) -> None:
    logs: List[Any] = [LogFile("input", "input", "\n".join(before).encode())]
    with suppress(SendFailed):  # it is counted, and the lines after it go on
        dispatcher.send(line, level=level, logs=logs)


def _ending_of(dispatcher: Dispatcher, timeout: float) -> int:
    dispatcher.close(timeout)
    stats = dispatcher.stats()
    dropped, kept = sum(stats.dropped.values()), stats.withheld.get("spooled", 0)
    if not dropped and not kept:
        return SENT
    counts = f"reports not taken: {dropped}, kept in the spool: {kept}"
    complain(f"{counts}; {stats.last_error}")
    return UNREACHABLE
