"""/sim/: the world as a whole is moved in time, kept, and put back."""

from typing import Annotated, Literal

import msgspec
from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.human import views
from bot.simulator.human.asked import body_of
from bot.simulator.state import State


class Moved(msgspec.Struct, forbid_unknown_fields=True):
    action: Literal["advance", "freeze", "real"]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=10 * 365 * 86_400)] = 0.0


async def move_clock(request: web.Request) -> web.Response:
    moved, world = await body_of(request, Moved), request.app[WORLD]
    match moved.action:
        case "advance":
            world.clock.advance(moved.seconds)
        case "freeze":
            world.clock.freeze()
        case "real":
            world.clock.resume()
    world.changes.announce("clock")
    return web.json_response(views.clock_view(world))


async def show_clock(request: web.Request) -> web.Response:
    return web.json_response(views.clock_view(request.app[WORLD]))


async def snapshot(request: web.Request) -> web.Response:
    body = msgspec.json.encode(request.app[WORLD].state)
    return web.Response(body=body, content_type="application/json")


async def restore(request: web.Request) -> web.Response:
    state = await body_of(request, State)
    request.app[WORLD].restore(state)
    return web.json_response({})


async def reset(request: web.Request) -> web.Response:
    request.app[WORLD].reset()
    return web.json_response({})
