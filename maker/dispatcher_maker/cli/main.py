"""The words of the command line, and who answers them."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, List, Optional, Tuple

from dispatcher_maker.levels import RANKS, level_of
from dispatcher_maker.version import __version__

from .endings import BAD_USAGE, INTERRUPTED, BadUsage

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - there is no public name

PROGRAM = "dispatcher-send"
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one command and return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    head, rest = _split(words)
    parser = _parser()
    parsed = parser.parse_args(head)
    if rest and parsed.module != "run":
        parser.error("only `run` takes a command after --")
    parsed.words = rest
    try:
        return int(import_module(f"{__package__}.{parsed.module}").command(parsed))
    except BadUsage as fault:
        print(f"{PROGRAM}: {fault}", file=sys.stderr)
        return BAD_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED


def _split(words: List[str]) -> Tuple[List[str], List[str]]:
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROGRAM,
        description="Report to Dispatcher from shells and cron.",
        epilog="Exit codes: 0 sent, 2 bad usage, 3 unreachable, 4 refused.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    app = _app_options()
    for add in (_add_send, _add_run, _add_pipe, _add_test, _add_config):
        add(commands, app)
    return parser


def _app_options() -> argparse.ArgumentParser:
    app = argparse.ArgumentParser(add_help=False)
    group = app.add_argument_group("the app that reports")
    group.add_argument("--url", dest="dispatcher_url", help="where Dispatcher is")
    group.add_argument("--app", dest="app_name", metavar="NAME", help="the app's name")
    group.add_argument(
        "--code",
        dest="dispatcher_code",
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
        "--tag", dest="tags", action="append", type=_tag, metavar="KEY=VALUE", help="repeatable"
    )
    send.add_argument("--fingerprint", help="reports with the same one are one incident")
    send.add_argument("-q", "--quiet", action="store_true", help="do not print the incident's page")


def _add_run(commands: _Commands, app: argparse.ArgumentParser) -> None:
    run = _add(commands, app, "run", "run a command and report when it fails")
    run.usage = f"{PROGRAM} run [options] -- command [argument ...]"
    run.add_argument("--name", type=_name, help="of the job; default: the command's")
    run.add_argument(
        "--timeout",
        dest="limit",
        type=_seconds,
        metavar="1h",
        help="stop the command after so long",
    )
    run.add_argument("--quiet", action="store_true", help="do not show the command's output")
    run.add_argument("--on-success", action="store_true", help="report a success, too, as info")
    _add_level(run, "error")
    _add_lines(run, "last lines of the output that are sent")


def _add_pipe(commands: _Commands, app: argparse.ArgumentParser) -> None:
    pipe = _add(commands, app, "pipe", "pass standard input on and report the lines that match")
    pipe.add_argument("--match", required=True, metavar="REGEX", help="what a line to report holds")
    _add_level(pipe, "error")
    _add_lines(pipe, "lines up to the one that matched, which are sent with it")


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
    command.set_defaults(module=name, loggers_paths=None, max_logs_to_send=None)
    return command


def _add_level(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "-l",
        "--level",
        type=_level,
        default=default,
        help=f"{', '.join(RANKS)}; default: {default}",
    )


def _add_lines(command: argparse.ArgumentParser, summary: str) -> None:
    command.add_argument(
        "-n", "--lines", dest="max_logs_to_send", type=_count, metavar="N", help=summary
    )


def _level(word: str) -> str:
    level = level_of(word)
    if level is None:
        raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(RANKS)}")
    return level


def _count(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise argparse.ArgumentTypeError(f"{word} is no whole number from 0")
    return int(word)


def _tag(word: str) -> Tuple[str, str]:
    key, separator, value = word.partition("=")
    if not key or not separator:
        raise argparse.ArgumentTypeError(f"{word} is not KEY=VALUE")
    return key, value


def _name(word: str) -> str:
    if not word.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return word.strip()


def _seconds(word: str) -> float:
    number, unit = (word[:-1], word[-1]) if word[-1:] in _UNITS else (word, "s")
    try:
        seconds = float(number) * _UNITS[unit]
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{word} is no time like 90, 30s, 5m, 1h or 1d")
    return seconds
