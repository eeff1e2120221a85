"""One attempt to send a report, and what its result means.

Network errors, 408, 429 and 5xx are tried again: after what Retry-After says, else after a
growing pause, at most 5 times or 10 minutes.
"""

from __future__ import annotations

import random
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from time import monotonic
from typing import Optional, Union

from .answer import Answer, answer_of, refusal_of
from .outgoing import Again, Heard, Lost, Outgoing
from .scrub import scrub
from .settings import Settings
from .transport import Response, Transport
from .wire import body_of, with_half_the_logs

MOST_TRIES = 5
MOST_SECONDS = 600.0
LONGEST_BACKOFF = 60.0
LONGEST_RETRY_AFTER = 3600.0
REFUSED_PAUSE = 300.0


class Courier:
    """Carries reports to one server over one connection."""

    def __init__(self, settings: Settings) -> None:
        self._app_name = settings.app_name
        self._scrubs = settings.scrub
        self._transport = Transport(settings)

    def attempt(self, outgoing: Outgoing, timeout: float) -> Union[Answer, Heard, Again, Lost]:
        """Try once to send a report, within the timeout in seconds."""
        if self._scrubs:
            scrub(outgoing)
        if outgoing.check is None:
            body = body_of(outgoing.incident, self._app_name, outgoing.dropped or {})
        else:
            body = outgoing.incident
        started = monotonic()
        try:
            response = self._transport.post(body, timeout, outgoing.check)
        except (OSError, HTTPException) as error:
            outgoing.spent += monotonic() - started
            return _again(outgoing, str(error).strip() or type(error).__name__)
        outgoing.spent += monotonic() - started
        return _verdict_of(response, outgoing)

    def close(self) -> None:
        self._transport.close()


def backoff_of(tries: int) -> float:
    """Choose the pause after so many tries: about 1, 6, 24, then 60 s."""
    return min(LONGEST_BACKOFF, random.uniform(1, 2) * 4.0 ** (tries - 1))  # noqa: S311 - jitter is no secret


def retry_after_of(header: Optional[str], now: datetime) -> Optional[float]:
    """Read a Retry-After header, seconds or a date, as seconds from 1 to 3600."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - now).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(1.0, min(seconds, LONGEST_RETRY_AFTER))


def _verdict_of(response: Response, outgoing: Outgoing) -> Union[Answer, Heard, Again, Lost]:
    status = response.status
    if 200 <= status < 300 and outgoing.check is not None:
        return Heard(status)
    if 200 <= status < 300:
        answer = answer_of(response.body)
        return answer or Lost("rejected", "this is not the answer of a dispatcher", status)
    reason = f"HTTP {status} {refusal_of(response.body)}".rstrip()
    if response.location is not None:
        reason += f": the server sends on to {response.location}"
    if status in (401, 403):
        return Again(REFUSED_PAUSE, f"{reason}: app name or code is not accepted", status)
    if status == 413:
        return _shrunk(outgoing, reason)
    if status in (408, 429) or status >= 500:
        pause = retry_after_of(response.retry_after, datetime.now(timezone.utc))
        return _again(outgoing, reason, status) if pause is None else Again(pause, reason, status)
    return Lost("rejected", reason, status)


def _shrunk(outgoing: Outgoing, reason: str) -> Union[Again, Lost]:
    smaller = None if outgoing.shrunk else with_half_the_logs(outgoing.incident)
    if smaller is None:
        return Lost("too_large", reason, 413)
    outgoing.shrunk = True
    outgoing.incident = smaller
    return Again(0.0, reason, 413)


def _again(outgoing: Outgoing, reason: str, status: Optional[int] = None) -> Union[Again, Lost]:
    outgoing.tries += 1
    pause = backoff_of(outgoing.tries)
    outgoing.spent += pause
    if outgoing.tries >= MOST_TRIES or outgoing.spent >= MOST_SECONDS:
        return Lost("gave_up", f"{reason} (tried {outgoing.tries} times)", status)
    return Again(pause, reason, status)
