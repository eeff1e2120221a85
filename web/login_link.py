"""GET /login/{token}: the page of a one-time link. Looking does not use it up."""

from aiohttp import web

from core.access import link_is_usable
from web.csrf import login_token
from web.keys import DATABASE, NOW
from web.login_help import NEXT_COOKIE
from web.pages import csrf_field, local_path, render


async def login_link(request: web.Request) -> web.Response:
    """Link previews and mail scanners come here too: only the button signs in."""
    async with request.app[DATABASE].reading() as session:
        usable = await link_is_usable(session, request.app[NOW](), request.match_info["token"])
    wanted = request.query.get("next") or request.cookies.get(NEXT_COOKIE, "")
    return render(
        request,
        "login_link.html" if usable else "login_over.html",
        status=200 if usable else 410,
        token_field=csrf_field(login_token(request)),
        next=local_path(wanted),
    )
