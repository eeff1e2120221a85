"""Uptime Kuma's push address: a check by its uuid, with or without the dashes.

ANY /api/push/{token}?status=up|down&msg=&ping=, as in its server/routers/api-router.js.
"""

from datetime import timedelta
from uuid import UUID

from aiohttp import web

from core.errors import NotFound
from core.heartbeats import LONGEST_RUN, Heartbeat, PingKind, beat
from web import keys
from web.intake.pings import check_of_uuid

NOBODYS = {"ok": False, "msg": "Monitor not found or not active."}


async def push(request: web.Request) -> web.Response:
    """Take a heartbeat in: anything but `down` is a success."""
    kind = PingKind.fail if request.query.get("status") == "down" else PingKind.success
    message = request.query.get("msg", "").encode("utf-8", "replace")
    heartbeat = Heartbeat(kind, body=message, duration=_ping(request.query.get("ping", "")))
    try:
        uuid = UUID(request.match_info["token"])
        async with request.app[keys.DATABASE].writing() as session:
            check = await check_of_uuid(session, uuid)
            await beat(session, request.app[keys.NOW](), check.id, heartbeat)
    except (ValueError, NotFound):
        return web.json_response(NOBODYS, status=404)
    return web.json_response({"ok": True})


def _ping(text: str) -> timedelta | None:
    """Read milliseconds; what is no number, or no run's length, says nothing."""
    try:
        length = timedelta(milliseconds=float(text))
    except (ValueError, OverflowError):
        return None
    return length if timedelta(0) <= length <= LONGEST_RUN else None
