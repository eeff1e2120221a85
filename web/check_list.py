"""GET /apps/{id}/checks: every check of an app, and where it stands."""

from aiohttp import web

from core.apps import find_app
from core.checks import checks_of
from web.keys import DATABASE
from web.pages import render


async def check_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, int(request.match_info["id"]))
        checks = await checks_of(session, app.id)
    return render(request, "check_list.html", app=app, checks=checks)
