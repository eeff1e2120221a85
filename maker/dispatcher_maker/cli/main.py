"""The words of the command line, and who answers them."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from importlib import import_module
from logging import ERROR
from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple

from dispatcher_maker.diagnostics import logger
from dispatcher_maker.levels import RANKS
from dispatcher_maker.version import __version__

from . import words
from .endings import BAD_USAGE, INTERRUPTED, BadUsage
from .streams import complain

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - there is no public name

PROGRAM = "dispatcher-send"


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one command and return the exit code."""
    head, rest = _split(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    parsed = parser.parse_args(head)
    if rest and parsed.module != "run":
        parser.error("only `run` takes a command after --")
    parsed.words = rest
    try:
        with _own_words(parsed.module):
            return int(import_module(f"{__package__}.{parsed.module}").command(parsed))
    except BadUsage as fault:
        complain(f"{PROGRAM}: {fault}")
        return BAD_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def _own_words(command: str) -> Iterator[None]:
    """Let the command itself say what failed; `pipe` goes on for long, and may say so meanwhile."""
    level = logger.level
    if command != "pipe":
        logger.setLevel(ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _split(arguments: List[str]) -> Tuple[List[str], List[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROGRAM,
        description="Report to Dispatcher from shells and cron.",
        epilog="Exit codes: 0 sent, 2 bad usage, 3 unreachable, 4 refused.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    app = _app_options()
    for add in (_add_send, _add_run, _add_ping, _add_pipe, _add_test, _add_config):
        add(commands, app)
    return parser


def _app_options() -> argparse.ArgumentParser:
    app = argparse.ArgumentParser(add_help=False)
    group = app.add_argument_group("the app that reports")
    group.add_argument("--url", dest="dispatcher_url", metavar="URL", help="where Dispatcher is")
    group.add_argument("--app", dest="app_name", metavar="NAME", help="the app's name")
    group.add_argument(
        "--code",
        dest="dispatcher_code",
        metavar="CODE",
        help="its code; other users see flags: better DISPATCHER_CODE",
    )
    return app


def _add_send(commands: _Commands, app: argparse.ArgumentParser) -> None:
    send = _add(commands, app, "send", "report once and wait for the answer")
    send.add_argument("-t", "--title", required=True, help="what happened, in one line")
    send.add_argument("-m", "--message", help="the details; - reads them from standard input")
    _add_level(send, "error")
    send.add_argument(
        "--log", dest="loggers_paths", action="append", metavar="FILE", help="repeatable"
    )
    _add_lines(send, "lines of each log file")
    send.add_argument(
        "--tag",
        dest="tags",
        action="append",
        type=words.tag,
        metavar="KEY=VALUE",
        help="repeatable",
    )
    _add_spool(send)
    send.add_argument("--fingerprint", help="reports with the same one are one incident")
    send.add_argument("-q", "--quiet", action="store_true", help="do not print the incident's page")


def _add_run(commands: _Commands, app: argparse.ArgumentParser) -> None:
    run = _add(commands, app, "run", "run a command and report when it fails")
    run.usage = f"{PROGRAM} run [options] -- command [argument ...]"
    run.add_argument(
        "--name", type=words.name, help="of the job, and of its check, which hears of start and end"
    )
    _add_rhythm(run)
    run.add_argument(
        "--timeout",
        dest="limit",
        type=words.seconds,
        metavar="1h",
        help="stop the command after so long",
    )
    run.add_argument("--quiet", action="store_true", help="do not show the command's output")
    run.add_argument("--on-success", action="store_true", help="report a success, too, as info")
    _add_level(run, "error")
    _add_lines(run, "last lines of the output that are sent")
    _add_spool(run)


def _add_ping(commands: _Commands, app: argparse.ArgumentParser) -> None:
    ping = _add(commands, app, "ping", "tell a check that its job lives")
    ping.add_argument("name", type=words.name, metavar="NAME", help="of the check")
    ping.add_argument("-m", "--message", help="what to keep with it; - reads standard input")
    kind = ping.add_mutually_exclusive_group()
    for status, flag, summary in (
        ("in_progress", "--start", "the job begins"),
        ("error", "--fail", "the job has failed"),
    ):
        kind.add_argument(
            flag, dest="status", action="store_const", const=status, default="ok", help=summary
        )
    _add_rhythm(ping)


def _add_pipe(commands: _Commands, app: argparse.ArgumentParser) -> None:
    pipe = _add(commands, app, "pipe", "pass standard input on and report the lines that match")
    pipe.add_argument("--match", required=True, metavar="REGEX", help="what a line to report holds")
    _add_level(pipe, "error")
    _add_lines(pipe, "lines up to the one that matched, which are sent with it")
    _add_spool(pipe)


def _add_test(commands: _Commands, app: argparse.ArgumentParser) -> None:
    _add(commands, app, "test", "try the way to Dispatcher, step by step, with a debug report")


def _add_config(commands: _Commands, app: argparse.ArgumentParser) -> None:
    _add(commands, app, "config", "show the options in effect and where each is from")


def _add(
    commands: _Commands, app: argparse.ArgumentParser, name: str, summary: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, parents=[app], help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.set_defaults(module=name, loggers_paths=None, max_logs_to_send=None, spool_dir=None)
    return command


def _add_rhythm(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--every",
        type=words.whole_seconds,
        metavar="1d",
        help="how often the job runs; makes its check",
    )
    command.add_argument(
        "--grace",
        type=words.whole_seconds,
        metavar="1h",
        help="how late it may be, or how long run",
    )


def _add_level(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "-l",
        "--level",
        type=words.level,
        default=default,
        help=f"{', '.join(RANKS)}; default: {default}",
    )


def _add_lines(command: argparse.ArgumentParser, summary: str) -> None:
    command.add_argument(
        "-n", "--lines", dest="max_logs_to_send", type=words.count, metavar="N", help=summary
    )


def _add_spool(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--spool", dest="spool_dir", metavar="DIR", help="keep what cannot be sent for a next time"
    )
