"""POST /logout: end this browser's session."""

from aiohttp import web

from core.access import sign_out
from web.auth import drop_session
from web.keys import DATABASE, SESSION, TRANSLATOR
from web.pages import see_other


async def logout(request: web.Request) -> web.Response:
    async with request.app[DATABASE].writing() as session:
        await sign_out(session, request[SESSION])
    t = request[TRANSLATOR]
    response = see_other(request, "/login", t("You are signed out."))
    drop_session(request, response)
    return response
