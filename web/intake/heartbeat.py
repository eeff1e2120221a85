"""POST /api/v1/heartbeats/{name}: our own way to tell that an app lives; its code is the Bearer.

{"status": "ok" | "error" | "in_progress" | "log", "run": a UUID that pairs start and end,
"message": "...", "exit_status": 0 to 255, "duration_seconds": 1.5}. A plan may come along:
"period_seconds" or "cron", "time_zone", "grace_seconds", "level". A check that is not there is
made when its rhythm is given, else it is a 404; its slug is made of any name.
"""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from core.check_plans import LONGEST, slug_of
from core.checks import check_by_slug
from core.errors import NotFound
from core.heartbeats import BODY_BYTES, LONGEST_RUN, Heartbeat, beat_of_app
from core.levels import level_of
from core.models import Check
from web import keys
from web.intake.beats import KINDS
from web.intake.body import decode, read_body

MAX_BODY_BYTES = 64 * 1024

_Seconds = Annotated[int, msgspec.Meta(ge=1, le=int(LONGEST.total_seconds()))]
_Run = Annotated[float, msgspec.Meta(ge=0, le=LONGEST_RUN.total_seconds())]
_Word = Annotated[str, msgspec.Meta(pattern="^(ok|error|in_progress|log)$")]
_Level = Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error|crit)$")]


class HeartbeatBody(msgspec.Struct):
    status: _Word = "ok"
    run: UUID | None = None
    message: str = ""
    exit_status: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None
    duration_seconds: _Run | None = None
    period_seconds: _Seconds | None = None
    cron: str | None = None
    time_zone: str | None = None
    grace_seconds: _Seconds | None = None
    level: _Level | None = None


_decoder = msgspec.json.Decoder(HeartbeatBody)


async def heartbeat_receive(request: web.Request) -> web.Response:
    """Take a heartbeat in and answer where its check stands."""
    settings, name = request.app[keys.SETTINGS], request.match_info["name"]
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    app_id = await request.app[keys.INTAKE].gate.app_of_code(
        code.strip() if scheme.lower() == "bearer" else ""
    )
    bounded = request.clone(client_max_size=MAX_BODY_BYTES)
    raw = await read_body(bounded, MAX_BODY_BYTES, settings.body_seconds)
    body = decode(raw or b"{}", _decoder, settings.max_depth)
    planned = _planned(body)
    async with request.app[keys.DATABASE].writing() as session:
        has_rhythm = "cron" in planned
        if not has_rhythm and await check_by_slug(session, app_id, slug_of(name)) is None:
            raise NotFound("check", name)
        now = request.app[keys.NOW]()
        check = await beat_of_app(session, now, app_id, name, _heartbeat(body), planned)
    return web.json_response({"check": _shape(check)})


def _heartbeat(body: HeartbeatBody) -> Heartbeat:
    length = body.duration_seconds
    return Heartbeat(
        kind=KINDS[body.status],
        exit_status=body.exit_status,
        rid=body.run,
        body=body.message.encode("utf-8", "replace")[:BODY_BYTES],
        duration=None if length is None else timedelta(seconds=length),
    )


def _planned(body: HeartbeatBody) -> dict[str, Any]:
    """Take what is said of the plan; a rhythm replaces the other kind of rhythm."""
    planned: dict[str, Any] = {}
    if body.cron is not None:
        planned = {"cron": body.cron, "period": None}
    elif body.period_seconds is not None:
        planned = {"cron": None, "period": timedelta(seconds=body.period_seconds)}
    if body.time_zone is not None:
        planned["time_zone"] = body.time_zone
    if body.grace_seconds is not None:
        planned["grace"] = timedelta(seconds=body.grace_seconds)
    if body.level is not None:
        planned["level"] = level_of(body.level)
    return planned


def _shape(check: Check) -> dict[str, Any]:
    return {
        "slug": check.slug,
        "name": check.name,
        "status": check.status,
        "pings": check.pings,
        "due_at": check.due_at and check.due_at.isoformat(),
    }
