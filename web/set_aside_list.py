"""GET /set-aside: what could not be sent or handled, and waits for somebody to decide."""

from aiohttp import web

from core import dead_letters, inbox
from web.keys import DATABASE
from web.pages import render

BODY_CHARS = 2000


async def set_aside_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        letters = await dead_letters.dead_letters(session)
        updates = await inbox.set_aside(session)
    return render(
        request,
        "set_aside_list.html",
        letters=letters,
        updates=updates,
        body_chars=BODY_CHARS,
    )
