"""/bot<token>/<method>: one request of a bot, from the token check to the call log."""

import re

from aiohttp import web

from bot.simulator.api import strike
from bot.simulator.api.errors import ApiError
from bot.simulator.api.keys import WORLD
from bot.simulator.api.params import params_of
from bot.simulator.api.rules import Target, target_of_call
from bot.simulator.methods.table import METHODS, NEEDED, proper_name
from bot.simulator.state import Bot, Call
from bot.simulator.world import World

NO_METHOD = "Not Found: method not found"
_TOKEN = re.compile(r"[1-9]\d{0,14}:[\w-]{1,80}")


async def handle(request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    world.state.calls_made += 1
    call = Call(world.state.calls_made, request.match_info["method"], world.now())
    try:
        return await _answered(world, call, request)
    except ApiError as error:
        return refused(call, error)
    except strike.Garbled as garbled:
        call.status = garbled.response.status
        return garbled.response
    except strike.Dropped:
        return _drop(request)
    finally:
        call.seconds = world.now() - call.at
        world.log(call)


async def _answered(world: World, call: Call, request: web.Request) -> web.Response:
    bot = _bot_of(world, request.match_info["token"])
    call.bot_id = bot.id
    params = await params_of(request, world.settings.upload_bytes)
    call.parameters = params.values
    method = method_of(world, call)
    target = _target(world, call)
    fault = world.faults.of_call(method, target)
    if fault:
        call.fault, call.fault_id = fault.action, fault.id
        world.changes.announce("fault", fault)
        await strike.before(world, fault, bot, target)
    call.result = await METHODS[method](world, bot, params)
    call.warnings = [f"{name} was not looked at" for name in params.unseen()]
    envelope = {"ok": True, "result": call.result}
    if fault:
        await strike.after(world, fault, envelope)
    call.status = 200
    return web.json_response(envelope)


def _target(world: World, call: Call) -> Target:
    query = str(call.parameters.get("callback_query_id", ""))
    return target_of_call(call.parameters, world.state.presses.get(query))


def _bot_of(world: World, token: str) -> Bot:
    if not _TOKEN.fullmatch(token):
        raise ApiError(401, "Unauthorized: invalid token specified")
    for bot in world.state.bots.values():
        if bot.token == token:
            return bot
    raise ApiError(401, "Unauthorized")


def method_of(world: World, call: Call) -> str:
    name = proper_name(call.method)
    if name is None:
        world.state.unsupported.append(call.method)
        raise ApiError(404, NO_METHOD)
    call.method = name
    if NEEDED.get(name) not in {None, *world.settings.features}:
        raise ApiError(404, NO_METHOD)
    return name


def refused(call: Call, error: ApiError) -> web.Response:
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
