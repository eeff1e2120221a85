"""The ids of Opsgenie's requests, which say by themselves what became of the request.

Its clients ask for that, because only the answer names the alert; so nobody has to remember it.
Such an id is a UUID of version 8: the milliseconds since 1970, the verb, and the alert.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web

_VERBS = {
    "create": "Created",
    "close": "Closed",
    "acknowledge": "Acknowledged",
    "unacknowledge": "Unacknowledged",
    "snooze": "Snoozed",
    "notes": "Added note to",
    "assign": "Assigned",
    "message": "Updated message of",
    "description": "Updated description of",
    "delete": "Deleted",
}
_NUMBERED = tuple(_VERBS)
_VERSION, _VARIANT = 8 << 76, 2 << 62
_ALERT = (1 << 62) - 1
_VERB = 0xFFF
_YEAR_9999 = 253_370_764_800_000


@dataclass(frozen=True, slots=True)
class Done:
    """What a request did, to which alert; 0 is none."""

    verb: str
    alert: int
    at: datetime


def id_of(done: Done) -> UUID:
    stamp = int(done.at.timestamp() * 1000)
    verb = _NUMBERED.index(done.verb)
    return UUID(int=stamp << 80 | _VERSION | verb << 64 | _VARIANT | done.alert)


def done_of(request: UUID) -> Done | None:
    """Read what a request did; None for an id that is not ours."""
    stamp, verb = request.int >> 80, request.int >> 64 & _VERB
    if request.version != 8 or verb >= len(_NUMBERED) or stamp >= _YEAR_9999:
        return None
    return Done(_NUMBERED[verb], request.int & _ALERT, datetime.fromtimestamp(stamp / 1000, UTC))


def status_of_request(request: str) -> web.Response:
    """Answer what became of a request."""
    done = done_of(UUID(request))
    if done is None:
        told = {"message": "Request not found. It might not be processed, yet."}
        return web.json_response({**told, "took": 0.0, "requestId": request}, status=404)
    found = done.alert > 0
    data = {
        "success": found,
        "isSuccess": found,
        "action": done.verb.capitalize(),
        "processedAt": done.at.isoformat(),
        "integrationId": "",
        "status": f"{_VERBS[done.verb]} alert" if found else "Alert does not exist",
        "alertId": str(done.alert) if found else "",
        "alias": "",
    }
    return web.json_response({"data": data, "took": 0.0, "requestId": request})
