"""/bot<token>/<method>: one request of a bot, from the token check to the call log."""

import re
from functools import partial
from typing import Any

from aiohttp import web

from bot.simulator.api.errors import ApiError
from bot.simulator.api.faults import Fault
from bot.simulator.api.keys import WORLD
from bot.simulator.api.params import params_of
from bot.simulator.methods.table import METHODS, proper_name
from bot.simulator.state import Bot, Call
from bot.simulator.world import World

_TOKEN = re.compile(r"[1-9]\d{0,14}:[\w-]{1,80}")
_GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


class Dropped(Exception):
    """The connection is to be closed without an answer."""


async def handle(request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    world.state.calls_made += 1
    call = Call(world.state.calls_made, request.match_info["method"], world.now())
    try:
        return await _answered(world, call, request)
    except ApiError as error:
        return _refused(call, error)
    except Dropped:
        return _drop(request)
    finally:
        call.seconds = world.now() - call.at
        world.log(call)


async def _answered(world: World, call: Call, request: web.Request) -> web.Response:
    bot = _bot_of(world, request.match_info["token"])
    call.bot_id = bot.id
    params = await params_of(request)
    call.parameters = params.values
    method = _method(world, call)
    run = partial(METHODS[method], world, bot, params)
    fault = world.faults.take(method, params.integer("chat_id"))
    if fault:
        call.fault = fault.action
        world.changes.announce("fault", fault)
        call.result = await _faulty(world, fault, run)
    else:
        call.result = await run()
    call.warnings = [f"{name} was not looked at" for name in params.unseen()]
    call.status = 200
    return web.json_response({"ok": True, "result": call.result})


def _bot_of(world: World, token: str) -> Bot:
    if not _TOKEN.fullmatch(token):
        raise ApiError(401, "Unauthorized: invalid token specified")
    for bot in world.state.bots.values():
        if bot.token == token:
            return bot
    raise ApiError(401, "Unauthorized")


def _method(world: World, call: Call) -> str:
    name = proper_name(call.method)
    if name is None:
        world.state.unsupported.append(call.method)
        raise ApiError(404, "Not Found: method not found")
    call.method = name
    return name


async def _faulty(world: World, fault: Fault, run: Any) -> Any:
    await world.faults.strike(fault)
    if fault.action == "html":
        raise web.HTTPBadGateway(text=_GATEWAY_PAGE, content_type="text/html")
    if fault.action == "reset_before":
        raise Dropped
    result = await run()
    if fault.action == "reset_after":
        raise Dropped
    return result


def _refused(call: Call, error: ApiError) -> web.Response:
    call.status, call.description = error.code, error.description
    envelope = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        envelope["parameters"] = error.parameters
    retry_after = error.parameters.get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return web.json_response(envelope, status=error.code, headers=headers)


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
