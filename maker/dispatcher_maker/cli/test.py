"""`test`: the way to the server step by step, so that it shows which one fails."""

from __future__ import annotations

import socket
import sys
from argparse import Namespace
from contextlib import closing
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Optional
from urllib.parse import SplitResult, urlsplit

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import SendFailed

from .endings import SENT, UNREACHABLE, BadUsage, ending_of
from .options import dispatcher_of, options_of

MOST_SKEW_SECONDS = 30.0


def command(arguments: Namespace) -> int:
    """Print what each step found, and stop at the first that fails."""
    options = options_of(arguments)
    dispatcher = dispatcher_of(options)
    if not options.values["enabled"]:
        raise BadUsage(f"nothing is sent: {options.named('enabled')} is false")
    try:
        _look_around(urlsplit(options.values["dispatcher_url"].strip()), options.values["timeout"])
    except (OSError, HTTPException) as error:
        print(f"failed: {error or type(error).__name__}", file=sys.stderr)
        return UNREACHABLE
    return _report(dispatcher)


def _look_around(url: SplitResult, timeout: float) -> None:
    host, secure = str(url.hostname), url.scheme == "https"
    port = url.port or (443 if secure else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    _say("name", f"{host} is {', '.join(sorted({str(address[4][0]) for address in found}))}")

    kind = HTTPSConnection if secure else HTTPConnection
    with closing(kind(host, port, timeout=timeout)) as connection:
        connection.connect()
        version = getattr(connection.sock, "version", None)
        _say("connection", f"port {port}, {version() if version else 'not encrypted'}")
        connection.request("GET", f"{url.path.rstrip('/')}/healthz")
        response = connection.getresponse()
        _say("server", f"HTTP {response.status}")
        _say("clock", clock_beside(response.getheader("Date")))


def clock_beside(date: Optional[str]) -> str:
    """Compare this machine's clock with the server's, as its Date header has it."""
    try:
        theirs = parsedate_to_datetime(date or "").astimezone(timezone.utc)
    except (TypeError, ValueError):
        return "the server does not tell the time"
    skew = (datetime.now(timezone.utc) - theirs).total_seconds()
    if abs(skew) <= MOST_SKEW_SECONDS:
        return "agrees with the server's"
    return f"WRONG: {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"


def _report(dispatcher: Dispatcher) -> int:
    try:
        answer = dispatcher.send_now("Test of dispatcher-send", level="debug", logs=[])
    except SendFailed as failure:
        return ending_of(failure)
    finally:
        dispatcher.close()
    _say("report", answer.url)
    return SENT


def _say(step: str, found: str) -> None:
    print(f"{step:<11} {found}")
