"""`test`: the way to the server step by step, so that it shows which one fails."""

from __future__ import annotations

import socket
from argparse import Namespace
from contextlib import closing
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Optional

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.errors import SendFailed
from dispatcher_maker.route import Route
from dispatcher_maker.settings import REPORTS_PATH, Endpoint, settings_of

from .endings import SENT, UNREACHABLE, BadUsage, ending_of
from .options import dispatcher_of, options_of
from .streams import complain, say

MOST_SKEW_SECONDS = 30.0


def command(arguments: Namespace) -> int:
    """Print what each step found, and stop at the first that fails."""
    options = options_of(arguments)
    dispatcher = dispatcher_of(options)
    if not options.values["enabled"]:
        raise BadUsage(f"nothing is sent: {options.named('enabled')} is false")
    try:
        _look_around(settings_of(options).endpoint, options.values["timeout"])
    except (OSError, HTTPException) as error:
        complain(f"failed: {error or type(error).__name__}")
        return UNREACHABLE
    return _report(dispatcher)


def _look_around(endpoint: Endpoint, timeout: float) -> None:
    route = Route(endpoint)
    found = socket.getaddrinfo(route.host, route.port, type=socket.SOCK_STREAM)
    addresses = ", ".join(sorted({str(address[4][0]) for address in found}))
    _tell("name" if route.is_direct else "proxy", f"{route.host} is {addresses}")

    with closing(route.connection()) as connection:
        connection.timeout = timeout
        connection.connect()
        version = getattr(connection.sock, "version", None)
        _tell("connection", f"port {route.port}, {version() if version else 'not encrypted'}")
        path = endpoint.path[: -len(REPORTS_PATH)] + "/healthz"
        connection.request("GET", route.target(path), headers=route.headers)
        response = connection.getresponse()
        _tell("server", f"HTTP {response.status}")
        _tell("clock", clock_beside(response.getheader("Date")))


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
    _tell("report", answer.url)
    return SENT


def _tell(step: str, found: str) -> None:
    say(f"{step:<11} {found}")
