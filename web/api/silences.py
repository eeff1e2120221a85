"""GET /api/v1/silences lists what makes no sound now; POST silences an app, DELETE ends that.

POST takes {"app": name, "seconds": 60 to 2678400, "reason": "..."}, an hour when none is given;
DELETE takes the name as ?app=. A silence that an app has is replaced.
"""

from datetime import timedelta
from typing import Annotated

import msgspec
from aiohttp import web

from core.apps import find_app_by_name
from core.moments import MAX_AHEAD
from core.silences import REASON_CHARS, SHORTEST, end_silence, silence, silences
from web import keys
from web.api.bodies import body_of
from web.api.shapes import silence_shape
from web.api.token import ACTOR, with_token

_Seconds = Annotated[
    int,
    msgspec.Meta(ge=int(SHORTEST.total_seconds()), le=int(MAX_AHEAD.total_seconds())),
]


class SilenceBody(msgspec.Struct):
    app: str
    seconds: _Seconds = 3600
    reason: Annotated[str, msgspec.Meta(max_length=REASON_CHARS)] = ""


_silence = msgspec.json.Decoder(SilenceBody)


@with_token
async def silence_list(request: web.Request) -> web.Response:
    async with request.app[keys.DATABASE].reading() as session:
        found = await silences(session, request.app[keys.NOW]())
    return web.json_response({"silences": [silence_shape(one, one.app) for one in found]})


@with_token
async def silence_begin(request: web.Request) -> web.Response:
    body, now = await body_of(request, _silence), request.app[keys.NOW]()
    until = now + timedelta(seconds=body.seconds)
    async with request.app[keys.DATABASE].writing() as session:
        app = await find_app_by_name(session, body.app)
        made = await silence(session, now, app, until, body.reason, request[ACTOR])
    return web.json_response({"silence": silence_shape(made, app)})


@with_token
async def silence_end(request: web.Request) -> web.Response:
    async with request.app[keys.DATABASE].writing() as session:
        app = await find_app_by_name(session, request.query.get("app", ""))
        ended = await end_silence(session, request.app[keys.NOW](), app)
    return web.json_response({"changed": ended})
