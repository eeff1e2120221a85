"""GET /apps: every app, and how it is doing."""

from aiohttp import web

from core import apps
from core.silences import silences
from web.keys import DATABASE, NOW
from web.pages import render


async def app_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        rows = await apps.app_list(session)
        muted = await silences(session, request.app[NOW]())
    return render(request, "app_list.html", rows=rows, muted=muted)
