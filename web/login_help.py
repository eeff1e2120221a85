"""GET /login: how to get a sign-in link."""

from aiohttp import web

from web.keys import PERSON
from web.pages import local_path, render, see_other

NEXT_COOKIE = "next"


async def login_help(request: web.Request) -> web.Response:
    """Explain, and remember for the link that comes what the reader wanted to see."""
    if PERSON in request:
        return see_other(request, local_path(request.query.get("next", "")))
    response = render(request, "login_help.html")
    wanted = request.query.get("next")
    if wanted:
        response.set_cookie(
            NEXT_COOKIE, local_path(wanted), max_age=3600, httponly=True, samesite="Lax"
        )
    return response
