"""`ping`: tell the check of a name that its job lives."""

from __future__ import annotations

from argparse import Namespace

from dispatcher_maker.errors import SendFailed
from dispatcher_maker.settings import settings_of

from .endings import SENT, ending_of
from .heartbeat import beat
from .options import dispatcher_of, options_of
from .send import message_of


def command(arguments: Namespace) -> int:
    """Send one heartbeat."""
    options = options_of(arguments)
    dispatcher_of(options)
    try:
        beat(
            settings_of(options),
            arguments.name,
            status=arguments.status,
            message=message_of(arguments.message),
            period_seconds=arguments.every,
            grace_seconds=arguments.grace,
        )
    except SendFailed as failure:
        hint = "; make the check, or give --every" if failure.status == 404 else ""
        return ending_of(failure, hint)
    return SENT
