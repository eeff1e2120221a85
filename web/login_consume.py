"""POST /login/{token}: use up a one-time link and sign in."""

from aiohttp import web

from core import access
from web.auth import keep_session, lifetime
from web.forms import text_in
from web.keys import DATABASE, FORM, NOW, SETTINGS
from web.login_help import NEXT_COOKIE
from web.pages import local_path, render, see_other


async def login_consume(request: web.Request) -> web.Response:
    form = request[FORM]
    async with request.app[DATABASE].writing() as session:
        secret = await access.sign_in(
            session,
            request.app[NOW](),
            request.match_info["token"],
            lifetime(request.app[SETTINGS]),
        )
    if secret is None:
        return render(request, "login_over.html", status=410)
    response = see_other(request, local_path(text_in(form, "next")))
    keep_session(request, response, secret)
    response.del_cookie(NEXT_COOKIE)
    return response
