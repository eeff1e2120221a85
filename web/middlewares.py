"""What happens around every request. Machine routes pay for a request id and nothing else."""

import re
from random import getrandbits

from aiohttp import web
from aiohttp.typedefs import Handler
from structlog.contextvars import bind_contextvars

from web.auth import ask_to_sign_in, recognise
from web.csrf import check, login_token, session_token
from web.errors import answer_to, speaks_json
from web.forms import form_of
from web.keys import FORM, OPEN_PAGES, PERSON, REQUEST_ID, VIEWER_PAGES
from web.roles import check_may_act

SAFE_METHODS = frozenset({"GET", "HEAD"})
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@web.middleware
async def attend(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request an id, and have every error end as an answer that helps whoever asked.

    The log lines of the request, its answer and its error page repeat the id.
    """
    given = request.headers.get("X-Request-ID")
    sane = given and _SANE_ID.fullmatch(given)
    request_id = given if given and sane else f"{getrandbits(64):016x}"
    request[REQUEST_ID] = request_id
    bind_contextvars(request_id=request_id)
    try:
        response = await handler(request)
    except web.HTTPRedirection:
        raise
    except Exception as error:  # noqa: BLE001 - one bad request must not end the rest; logged there
        response = answer_to(request, error)
    response.headers["X-Request-ID"] = request_id
    return response


@web.middleware
async def guard_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show nobody a page who is not signed in; take no form that is not ours, or of a viewer."""
    if speaks_json(request):
        return await handler(request)
    await recognise(request)
    if request.match_info.http_exception:
        return await handler(request)
    is_open = request.match_info.handler in request.app[OPEN_PAGES]
    if PERSON not in request and not is_open:
        return ask_to_sign_in(request)
    if request.method not in SAFE_METHODS:
        request[FORM] = await form_of(request)
        check(request, login_token(request) if is_open else session_token(request))
        if not is_open and request.match_info.handler not in request.app[VIEWER_PAGES]:
            check_may_act(request)
    return await handler(request)
