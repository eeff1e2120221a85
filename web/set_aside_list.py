"""GET /set-aside: what could not be handled, and waits for somebody to decide."""

from aiohttp import web

from core import inbox
from web.keys import DATABASE
from web.pages import render

BODY_CHARS = 2000


async def set_aside_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        updates = await inbox.set_aside(session)
    return render(request, "set_aside_list.html", updates=updates, body_chars=BODY_CHARS)
