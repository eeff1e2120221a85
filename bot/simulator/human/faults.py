"""/sim/faults: bad days are made and ended."""

from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.api.presets import PRESETS
from bot.simulator.api.rules import Rule
from bot.simulator.human import views
from bot.simulator.human.asked import body_of


async def show(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response([views.fault_view(world, fault) for fault in world.faults.rules])


async def add(request: web.Request) -> web.Response:
    rule = await body_of(request, Rule)
    if rule.action == "refused" and rule.lasts is None:
        raise ValueError("a refusal needs `lasts`: nobody could end it from outside")
    world = request.app[WORLD]
    return web.json_response(views.fault_view(world, world.faults.add(rule)))


async def begin_preset(request: web.Request) -> web.Response:
    rules = PRESETS.get(request.match_info["preset"])
    if rules is None:
        raise LookupError(f"no such preset; there are: {', '.join(PRESETS)}")
    world = request.app[WORLD]
    begun = [world.faults.add(rule) for rule in rules]
    return web.json_response([views.fault_view(world, fault) for fault in begun])


async def remove(request: web.Request) -> web.Response:
    request.app[WORLD].faults.remove(int(request.match_info["fault"]))
    return web.json_response({})


async def clear(request: web.Request) -> web.Response:
    request.app[WORLD].faults.clear()
    return web.json_response({})
