"""For whoever watches us: /healthz says that the process lives, /readyz that it can work."""

import asyncio
from contextlib import suppress

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from core import rivals
from core.errors import DatabaseTooNew
from core.schema import is_at_head
from web import keys

READY_SECONDS = 1.0


async def healthz(_: web.Request) -> web.Response:
    """Say that the process answers; a database that is away does not change that."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Say whether reports can be taken: the database answers and has our schema."""
    reason = await _not_ready(request.app)
    if reason:
        return web.json_response({"status": "not ready", "reason": reason}, status=503)
    return web.json_response({"status": "ok", **await _warning(request.app)})


async def _not_ready(app: web.Application) -> str | None:
    if app[keys.STOPPING].is_set():
        return "stopping"
    try:
        async with asyncio.timeout(READY_SECONDS):
            at_head = await is_at_head(app[keys.DATABASE])
    except (TimeoutError, OSError, SQLAlchemyError):
        return "the database does not answer"
    except DatabaseTooNew:
        return "the database is newer than this program"
    return None if at_head else "the database is not migrated"


async def _warning(app: web.Application) -> dict[str, str]:
    """Name what does not keep us from work but needs a person."""
    with suppress(TimeoutError, OSError, SQLAlchemyError):
        async with asyncio.timeout(READY_SECONDS), app[keys.DATABASE].reading() as session:
            if await rivals.rival_seen_at(session, app[keys.NOW]()):
                return {"warning": rivals.WHAT_TO_DO}
    return {}
