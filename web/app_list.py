"""GET /apps: every app, and how it is doing."""

from aiohttp import web

from core import apps
from web.keys import DATABASE
from web.pages import render


async def app_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        rows = await apps.app_list(session)
    return render(request, "app_list.html", rows=rows)
