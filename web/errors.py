"""What a visitor or a program gets when something went wrong: a status and a reason, once."""

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from core.db import is_away
from core.errors import (
    DispatcherError,
    IllegalAction,
    InvalidInput,
    NeedsRole,
    NotAllowed,
    NotFound,
    Overloaded,
    TooLarge,
    Unauthorized,
)
from core.intake import RETRY_AFTER
from web.keys import MACHINES
from web.pages import render

STATUS: dict[type[DispatcherError], int] = {
    NotFound: 404,
    TooLarge: 413,
    InvalidInput: 400,
    IllegalAction: 409,
    NotAllowed: 403,
    Unauthorized: 401,
    Overloaded: 503,
}

log = structlog.get_logger("web")


def answer_to(request: web.Request, error: Exception) -> web.Response:
    """Translate an error into the answer that its reader understands; log what nobody expected."""
    status = _status_of(error)
    if status >= 500 and not isinstance(error, Overloaded):
        log.error("request failed", method=request.method, path=_path_of(request), exc_info=error)
        if speaks_json(request) and is_away(error):
            status, error = 503, Overloaded(RETRY_AFTER)  # programs come back after that
    response = (
        _json_answer(status, error)
        if speaks_json(request)
        else _page_answer(request, status, error)
    )
    if isinstance(error, Overloaded):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    return response


def speaks_json(request: web.Request) -> bool:
    """Whether a program asks: errors are JSON, and no cookie, session or form is looked at."""
    handler = request.match_info.handler
    return handler in request.app[MACHINES] or request.path.startswith("/api/")


def _path_of(request: web.Request) -> str:
    """Name the address without what stands in it: some paths carry a code."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


def _status_of(error: Exception) -> int:
    if isinstance(error, web.HTTPException):
        return error.status
    if isinstance(error, RequestPayloadError):
        return 400
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def _json_answer(status: int, error: Exception) -> web.Response:
    field = error.field if isinstance(error, InvalidInput) else None
    return web.json_response(
        {"error": {"field": field, "reason": _reason_of(error)}}, status=status
    )


def _reason_of(error: Exception) -> str:
    if isinstance(error, InvalidInput):
        return error.reason
    if isinstance(error, DispatcherError):
        return str(error)
    if isinstance(error, web.HTTPException):
        return error.reason
    return "bad request body" if isinstance(error, RequestPayloadError) else "internal error"


def _page_answer(request: web.Request, status: int, error: Exception) -> web.Response:
    needs_role = isinstance(error, NeedsRole)
    return render(request, "error.html", status=status, code=status, needs_role=needs_role)
