"""POST /api/v1/incidents/{id}/comment with {"text": "..."}: adds it to the timeline."""

import msgspec
from aiohttp import web

from core.incidents import comment, find
from web import keys
from web.api.bodies import body_of
from web.api.shapes import answer_shape
from web.api.token import ACTOR, with_token


class CommentBody(msgspec.Struct):
    text: str


_comment = msgspec.json.Decoder(CommentBody)


@with_token
async def incident_comment(request: web.Request) -> web.Response:
    body = await body_of(request, _comment)
    incident_id, now = int(request.match_info["id"]), request.app[keys.NOW]()
    async with request.app[keys.DATABASE].writing() as session:
        entry = await comment(session, now, incident_id, request[ACTOR], body.text)
        incident = await find(session, incident_id)
    return web.json_response(answer_shape(incident, entry, request.app[keys.SETTINGS].base_url))
