"""healthchecks' ping addresses: by a check's uuid, or by the app's code and the check's slug.

HEAD, GET or POST; behind the check may stand start, fail, log or an exit status. Answers and
parameters as https://healthchecks.io/docs/http_api/ has them; slugs are never ambiguous here.
"""

from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from core.checks import check_by_slug, check_by_uuid, ensure_check
from core.errors import DispatcherError, InvalidInput, NotFound, Unauthorized
from core.heartbeats import BODY_BYTES, Heartbeat, PingKind, beat
from core.models import Check
from web import keys
from web.intake.body import read_start
from web.intake.format import UUID_PATTERN

UUID_IN_PATH = f"{{uuid:{UUID_PATTERN}}}"
VERB = "{verb:(?:/(?:start|fail|log|[0-9]{1,3}))?/?}"
BAD_ADDRESS = "invalid url format"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",  # a ping that a proxy answers is none
    "Ping-Body-Limit": str(BODY_BYTES),
}
_STATUS: dict[type[DispatcherError], int] = {NotFound: 404, Unauthorized: 404, InvalidInput: 400}


async def ping(request: web.Request) -> web.Response:
    """Take a heartbeat in, and answer as healthchecks does."""
    try:
        created = await _take(request)
    except DispatcherError as error:
        return _refused(error)
    return web.Response(
        text="Created" if created else "OK", status=201 if created else 200, headers=HEADERS
    )


async def check_of_uuid(session: AsyncSession, uuid: UUID) -> Check:
    """Find the check of an app that still reports. Raises NotFound."""
    check = await check_by_uuid(session, uuid)
    if check is None or check.app.archived_at:
        raise NotFound("check", uuid)
    return check


async def _take(request: web.Request) -> bool:
    code = request.match_info.get("code")
    app_id = await request.app[keys.INTAKE].gate.app_of_code(code) if code else None
    body_seconds = request.app[keys.SETTINGS].body_seconds
    heartbeat = _heartbeat(request, await read_start(request, BODY_BYTES, body_seconds))
    async with request.app[keys.DATABASE].writing() as session:
        check_id, created = await _check_of(session, request, app_id)
        await beat(session, request.app[keys.NOW](), check_id, heartbeat)
    return created


async def _check_of(
    session: AsyncSession, request: web.Request, app_id: int | None
) -> tuple[int, bool]:
    """Find the check of an address, and say whether it was made for it. Raises NotFound."""
    if app_id is None:
        return (await check_of_uuid(session, UUID(request.match_info["uuid"]))).id, False
    slug = request.match_info["slug"]
    if request.query.get("create") == "1":
        check, created = await ensure_check(session, request.app[keys.NOW](), app_id, slug=slug)
        return check.id, created
    if slug != slug.lower():
        raise InvalidInput("url", BAD_ADDRESS)
    known = await check_by_slug(session, app_id, slug)
    if known is None:
        raise NotFound("check", slug)
    return known.id, False


def _heartbeat(request: web.Request, body: bytes) -> Heartbeat:
    kind, exit_status = _said(request.match_info["verb"].strip("/"))
    return Heartbeat(kind, exit_status, _rid(request.query.get("rid")), body)


def _said(verb: str) -> tuple[PingKind, int | None]:
    if not verb.isdecimal():
        return PingKind(verb or PingKind.success), None
    exit_status = int(verb)
    if exit_status > 255:
        raise InvalidInput("url", BAD_ADDRESS)
    return PingKind.fail if exit_status else PingKind.success, exit_status


def _rid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise InvalidInput("rid", "invalid uuid format") from None


def _refused(error: DispatcherError) -> web.Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)
    text = error.reason if isinstance(error, InvalidInput) else "not found"
    return web.Response(text=text if status < 500 else "try again", status=status, headers=HEADERS)


PING_ROUTES = [
    web.route(method, path + VERB, ping)
    for path in (
        f"/ping/{UUID_IN_PATH}",
        "/ping/{code:[^/]+}/{slug:[^/]+}",
        f"/{UUID_IN_PATH}",
        "/{code:[0-9a-fA-F]{32}}/{slug:[^/]+}",
    )
    for method in ("GET", "POST")
]
