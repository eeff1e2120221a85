"""Who calls the API: a program with a token that `dispatcher token add` made."""

from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from core.access import find_api_token
from core.errors import NeedsRole
from core.models import ApiToken
from core.roles import Role
from core.timeline import Actor, Source
from web import keys

SAFE_METHODS = frozenset({"GET", "HEAD"})
ACTOR = web.RequestKey("ACTOR", Actor)


def with_token(handler: Handler) -> Handler:
    """Let a handler be called with a token only; it finds the token's name as request[ACTOR]."""

    @wraps(handler)
    async def checked(request: web.Request) -> web.StreamResponse:
        token = await _token_of(request)
        if token is None:
            return _refusal()
        if token.role == Role.viewer and request.method not in SAFE_METHODS:
            raise NeedsRole(token.name, "change anything")
        request[ACTOR] = Actor(token.name, Source.api)
        return await handler(request)

    return checked


async def _token_of(request: web.Request) -> ApiToken | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    async with request.app[keys.DATABASE].reading() as session:
        return await find_api_token(session, token.strip())


def _refusal() -> web.Response:
    reason = "send a token of `dispatcher token add` as Authorization: Bearer <token>"
    return web.json_response(
        {"error": {"field": None, "reason": reason}},
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    )
