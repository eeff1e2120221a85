"""`pipe`: standard input to standard output, and a report of each line that matches.

Lines that differ in their numbers and ids only are one incident, and many at once are a storm.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections import deque
from typing import Deque, Iterable, Iterator

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.levels import AnyLevel
from dispatcher_maker.tails import LINE_CHARS, LogFile
from dispatcher_maker.wire import Draft

from .endings import SENT, UNREACHABLE, BadUsage
from .options import dispatcher_of, options_of
from .streams import STDOUT, complain, input_lines, write_all

MOST_LINES = 1000

_VARYING = re.compile(r"\w*\d[\w.:-]*")  # numbers, times, ids and addresses


def command(arguments: Namespace) -> int:
    """Pass everything on, report what matches, and wait for the reports at the end."""
    try:
        pattern = re.compile(arguments.match)
    except re.error as error:
        raise BadUsage(f"--match is no regular expression: {error}") from None
    options = options_of(arguments)
    dispatcher = dispatcher_of(options, strict=False)
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
    logs = [LogFile("input", "input", "\n".join(before).encode())]
    kind = "pipe\n" + _VARYING.sub("*", line[:LINE_CHARS])
    dispatcher.capture_draft(Draft(line, None, level, logs, fingerprint=kind, storm=kind))


def _ending_of(dispatcher: Dispatcher, timeout: float) -> int:
    dispatcher.close(timeout)
    stats = dispatcher.stats()
    dropped, kept = sum(stats.dropped.values()), stats.withheld.get("spooled", 0)
    if not dropped and not kept:
        return SENT
    counts = f"reports not taken: {dropped}, kept in the spool: {kept}"
    complain(f"{counts}; {stats.last_error}")
    return UNREACHABLE
