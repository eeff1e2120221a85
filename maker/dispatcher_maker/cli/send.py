"""`send`: one report, and the server's answer as an exit code."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from typing import Any, Dict, Optional

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import InvalidReport, SendFailed
from dispatcher_maker.wire import MESSAGE_CHARS

from .endings import SENT, UNREACHABLE, BadUsage, ending_of
from .options import dispatcher_of, options_of
from .streams import complain, input_start, say


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
        ending = ending_of(failure)
        if ending == UNREACHABLE and _is_kept(dispatcher, title, fields):
            complain("it waits in the spool")
        return ending
    finally:
        dispatcher.close()
    if not quiet:
        say(answer.url)
    return SENT


def _is_kept(dispatcher: Dispatcher, title: str, fields: Dict[str, Any]) -> bool:
    """Leave a report to the spool, if there is one: there goes what nobody waits for."""
    with suppress(SendFailed):
        dispatcher.send(title, **fields)
    dispatcher.close(0)
    return "spooled" in dispatcher.stats().withheld


def message_of(word: Optional[str]) -> Optional[str]:
    """Take a message, or with - standard input for it."""
    if word != "-":
        return word
    return input_start(4 * MESSAGE_CHARS).decode("utf-8", "replace")
