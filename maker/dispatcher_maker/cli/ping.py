"""`ping`: tell the check of a name that its job lives."""

from __future__ import annotations

import sys
from argparse import Namespace

from dispatcher_maker.settings import settings_of

from .endings import SENT, BadUsage
from .heartbeat import beat, slug_of
from .options import dispatcher_of, options_of
from .send import message_of


def command(arguments: Namespace) -> int:
    """Send one heartbeat."""
    options = options_of(arguments)
    dispatcher_of(options)
    slug = slug_of(arguments.name)
    if not slug:
        raise BadUsage("NAME must have a letter or a digit")
    told = beat(
        settings_of(options),
        slug,
        status=arguments.status,
        message=message_of(arguments.message),
        period_seconds=arguments.every,
        grace_seconds=arguments.grace,
    )
    if told.ending != SENT:
        hint = "; make the check, or give --every" if told.status == 404 else ""
        print(f"the heartbeat was not taken: {told.reason}{hint}", file=sys.stderr)
    return told.ending
