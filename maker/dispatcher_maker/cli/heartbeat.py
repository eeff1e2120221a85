"""One heartbeat to the check of a name, told to the server at once."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, Optional

from dispatcher_maker.answer import refusal_of
from dispatcher_maker.settings import REPORTS_PATH, Settings

from .endings import REFUSED, SENT, UNREACHABLE

HEARTBEATS_PATH = "/api/v1/heartbeats/"
SLUG_CHARS = 100

_NOT_IN_SLUG = re.compile("[^a-z0-9_-]+")


class Told(NamedTuple):
    """What the server said to a heartbeat: its HTTP status, None if it cannot be reached."""

    status: Optional[int]
    reason: str

    @property
    def ending(self) -> int:
        if self.status is None or self.status == 429 or self.status >= 500:
            return UNREACHABLE
        return SENT if self.status < 300 else REFUSED


def slug_of(name: str) -> str:
    """Make the slug of a check from its name; empty if the name has no letter for it."""
    return _NOT_IN_SLUG.sub("-", name.lower()).strip("-")[:SLUG_CHARS]


def beat(settings: Settings, slug: str, **fields: Any) -> Told:
    """Send a heartbeat, without those of its fields that are None."""
    from http.client import HTTPException  # noqa: PLC0415 - a command begins before this is loaded

    from dispatcher_maker.transport import Transport  # noqa: PLC0415

    path = settings.endpoint.path[: -len(REPORTS_PATH)] + HEARTBEATS_PATH + slug
    transport = Transport(settings._replace(endpoint=settings.endpoint._replace(path=path)))
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        response = transport.post(json.dumps(given).encode(), settings.timeout)
    except (OSError, HTTPException) as error:
        return Told(None, str(error) or type(error).__name__)
    finally:
        transport.close()
    return Told(response.status, f"HTTP {response.status} {refusal_of(response.body)}".rstrip())
