"""Heartbeats among what other tools send: what a format makes of one, and how it is taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from core.heartbeats import Heartbeat, PingKind, beat_of_app
from web import keys

# Sentry's words for a run, and ours.
KINDS = {
    "ok": PingKind.success,
    "error": PingKind.fail,
    "in_progress": PingKind.start,
    "log": PingKind.log,
}


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat of the check of this name or slug; `planned` are the fields of its plan."""

    name: str
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    planned: Mapping[str, Any] = field(default_factory=dict)


async def take_beats(app: web.Application, app_id: int, beats: Sequence[Beat]) -> None:
    """Take heartbeats in, in their order, and make the checks they name. Raises InvalidInput."""
    if not beats:
        return
    async with app[keys.DATABASE].writing() as session:
        for one in beats:
            now = app[keys.NOW]()
            await beat_of_app(session, now, app_id, one.name, one.heartbeat, one.planned)
