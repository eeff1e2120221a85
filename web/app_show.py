"""GET /apps/{id}: one app, its codes as far as they can be told, and the way to all else of it."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from core.apps import find_app, live_codes
from core.chats import routes_of
from core.delivery import chats_of
from core.incident_list import COUNT_CAP, Filters, incident_list, status_counts
from core.lifecycle import Status
from core.models import App
from core.silences import silence_of
from core.ways import PLACEHOLDER, dsn_of, ways_of
from web.app_mute import LENGTHS
from web.keys import DATABASE, NOW, SETTINGS, TRANSLATOR
from web.pages import render

NEWEST = 5


async def app_show(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, int(request.match_info["id"]))
        codes = await live_codes(session, request.app[NOW](), app.id)
        values = await _values(session, app)
        muted = await silence_of(session, request.app[NOW](), app.id)
    base_url = request.app[SETTINGS].base_url
    overlap = request[TRANSLATOR].duration(request.app[SETTINGS].code_overlap)
    return render(
        request,
        "app_show.html",
        app=app,
        codes=codes,
        overlap=overlap,
        muted=muted,
        dsn=dsn_of(base_url, app.id, PLACEHOLDER),
        ways=ways_of(base_url, app.id, PLACEHOLDER),
        lengths={name: label for name, (_, label) in LENGTHS.items()},
        **values,
    )


async def _values(session: AsyncSession, app: App) -> dict[str, Any]:
    every = Filters(statuses=tuple(Status), app_id=app.id)
    return {
        "chats": await chats_of(session, app.id),
        "has_routes": bool(await routes_of(session, app.id)),
        "counts": await status_counts(session, every),
        "count_cap": COUNT_CAP,
        "newest": (await incident_list(session, every, size=NEWEST)).rows,
    }
