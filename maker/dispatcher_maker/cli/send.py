"""`send`: one report, and the server's answer as an exit code."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, Optional

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import InvalidReport, SendFailed
from dispatcher_maker.wire import MESSAGE_CHARS

from .endings import SENT, BadUsage, ending_of
from .options import dispatcher_of, options_of
from .streams import input_start


def command(arguments: Namespace) -> int:
    """Send what the flags say."""
    dispatcher = dispatcher_of(options_of(arguments))
    return report(
        dispatcher,
        arguments.title,
        message=message_of(arguments.message),
        level=arguments.level,
        fingerprint=arguments.fingerprint,
        tags=dict(arguments.tags or ()),
        quiet=arguments.quiet,
    )


def report(dispatcher: Dispatcher, title: str, *, quiet: bool = False, **fields: Any) -> int:
    """Send a report, say on stderr why it did not arrive, and return the exit code."""
    try:
        answer = dispatcher.send_now(title, **fields)
    except InvalidReport as fault:
        raise BadUsage(str(fault)) from None
    except SendFailed as failure:
        return ending_of(failure)
    finally:
        dispatcher.close()
    if not quiet:
        print(answer.url)
    return SENT


def message_of(word: Optional[str]) -> Optional[str]:
    """Take a message, or with - standard input for it."""
    if word != "-":
        return word
    return input_start(4 * MESSAGE_CHARS).decode("utf-8", "replace")
