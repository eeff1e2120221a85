"""The page: three files of ours, and a policy that lets nothing else in."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.simulator.api.errors import ApiError

FILES = Path(__file__).parent.parent / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_STATUSES: dict[type[Exception], int] = {
    ApiError: 400,
    TimeoutError: 504,
    LookupError: 404,
    PermissionError: 403,
    ValueError: 400,
}


async def index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(FILES / "index.html", headers={"Content-Security-Policy": _POLICY})


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say under /sim/ what was wrong; a bot's calls have errors of their own."""
    if not request.path.startswith("/sim/"):
        return await handler(request)
    if request.method == "POST" and request.content_type != "application/json":
        return _error(400, "the content type must be application/json")  # no foreign page can
    try:
        return await handler(request)
    except tuple(_STATUSES) as error:
        status = next(code for kind, code in _STATUSES.items() if isinstance(error, kind))
        return _error(status, str(error) or "nothing happened in time")


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
