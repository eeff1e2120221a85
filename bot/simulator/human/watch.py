"""/sim/: what there is to see, now or as it happens."""

import asyncio
import json

import msgspec
from aiohttp import web
from aiohttp.helpers import content_disposition_header

from bot.simulator.api.keys import WORLD
from bot.simulator.human import views
from bot.simulator.human.asked import chat_of
from bot.simulator.human.filters import Log

QUIET = 15.0  # seconds until a comment shows whether the page is still there


async def state(request: web.Request) -> web.Response:
    return web.json_response(views.state_view(request.app[WORLD]))


async def transcript(request: web.Request) -> web.Response:
    return web.json_response(views.transcript(request.app[WORLD], chat_of(request)))


async def rates(request: web.Request) -> web.Response:
    return web.json_response(views.rates_view(request.app[WORLD]))


async def calls(request: web.Request) -> web.Response:
    wanted = msgspec.convert(dict(request.query), Log, strict=False)
    made = wanted.read(request.app[WORLD])
    return web.json_response([views.call_view(call) for call in made])


async def file(request: web.Request) -> web.Response:
    """A file to be kept, never to be opened here: anybody may have sent anything."""
    found = request.app[WORLD].state.files[request.match_info["file"]]
    headers = {"X-Content-Type-Options": "nosniff"}
    headers["Content-Disposition"] = content_disposition_header("attachment", filename=found.name)
    return web.Response(body=found.content, content_type=found.mime_type, headers=headers)


async def events(request: web.Request) -> web.StreamResponse:
    """The stream of changes that the page lives on."""
    world = request.app[WORLD]
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    response.headers["Cache-Control"] = "no-store"
    with world.changes.stream() as changes:
        await response.prepare(request)
        await response.write(b": hello\n\n")
        while True:
            await response.write(await _next_line(request, changes))


async def _next_line(request: web.Request, changes: asyncio.Queue[tuple[str, object]]) -> bytes:
    try:
        async with asyncio.timeout(QUIET):
            kind, subject = await changes.get()
    except TimeoutError:
        return b": still here\n\n"
    view = views.change_view(request.app[WORLD], kind, subject)
    return f"data: {json.dumps(view)}\n\n".encode() if view else b""
