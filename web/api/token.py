"""Who calls the API: a program with a token that `dispatcher token add` made."""

from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from core.access import find_api_token
from core.timeline import Actor, Source
from web import keys

ACTOR = web.RequestKey("ACTOR", Actor)


def with_token(handler: Handler) -> Handler:
    """Let a handler be called with a token only; it finds the token's name as request[ACTOR]."""

    @wraps(handler)
    async def checked(request: web.Request) -> web.StreamResponse:
        actor = await _actor_of(request)
        if actor is None:
            return _refusal()
        request[ACTOR] = actor
        return await handler(request)

    return checked


async def _actor_of(request: web.Request) -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    async with request.app[keys.DATABASE].reading() as session:
        found = await find_api_token(session, token.strip())
    return Actor(found.name, Source.api) if found else None


def _refusal() -> web.Response:
    reason = "send a token of `dispatcher token add` as Authorization: Bearer <token>"
    return web.json_response(
        {"error": {"field": None, "reason": reason}},
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    )
