"""/file/bot<token>/<path>: a file over HTTP, only for a bot that may know it."""

from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.files import A_PERSONS

_NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}


async def by_path(request: web.Request) -> web.Response:
    state, path = request.app[WORLD].state, request.match_info["path"]
    owners = {bot.id for bot in state.bots.values() if bot.token == request.match_info["token"]}
    owners |= {A_PERSONS} if owners else set()
    known = (file for file in state.files.values() if file.path == path and file.bot_id in owners)
    file = next(known, None)
    if file is None:
        return web.json_response(_NOT_FOUND, status=404)
    return web.Response(body=file.content, content_type=file.mime_type)
