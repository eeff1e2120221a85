"""Files over HTTP: as a bot gets them by their path, as the page shows them by their id."""

from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.files import A_PERSONS
from bot.simulator.state import File


async def by_path(request: web.Request) -> web.Response:
    """/file/bot<token>/<path>: only for the bot that was told the path."""
    state, path = request.app[WORLD].state, request.match_info["path"]
    owners = {bot.id for bot in state.bots.values() if bot.token == request.match_info["token"]}
    owners |= {A_PERSONS} if owners else set()
    known = (file for file in state.files.values() if file.path == path and file.bot_id in owners)
    file = next(known, None)
    return _sent(file) if file else web.json_response(_NOT_FOUND, status=404)


async def by_id(request: web.Request) -> web.Response:
    return _sent(request.app[WORLD].state.files[request.match_info["file"]])


_NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}


def _sent(file: File) -> web.Response:
    # Never shown as a page of ours, whatever somebody sent.
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.content, content_type=file.mime_type, headers=headers)
