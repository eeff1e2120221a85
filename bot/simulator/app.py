"""The simulator as an aiohttp application: every route of both sides on one screen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from bot.simulator.api import download, webhooks
from bot.simulator.api.call import handle
from bot.simulator.api.keys import WORLD
from bot.simulator.human import act, control, faults, page, scene, wait, watch
from bot.simulator.settings import SimulatorSettings
from bot.simulator.world import World


def build_simulator(
    settings: SimulatorSettings | None = None, *, world: World | None = None
) -> web.Application:
    """Build the application around a new world, or around one that a test holds."""
    app = web.Application(middlewares=[page.errors])
    app[WORLD] = world or World(settings)
    app.cleanup_ctx.append(_webhooks)
    app.add_routes(
        [
            web.get("/", page.index),
            web.static("/page", page.FILES),
            web.route("*", "/bot{token:[^/]*}/{method}", handle),
            web.get("/file/bot{token:[^/]*}/{path:.+}", download.by_path),
            web.get("/sim/state", watch.state),
            web.get("/sim/events", watch.events),
            web.get("/sim/wait", wait.wait),
            web.get("/sim/calls", watch.calls),
            web.get("/sim/rates", watch.rates),
            web.get("/sim/chats/{chat}/transcript", watch.transcript),
            web.get("/sim/files/{file}", watch.file),
            web.get("/sim/faults", faults.show),
            web.post("/sim/faults", faults.add),
            web.delete("/sim/faults", faults.clear),
            web.delete("/sim/faults/{fault}", faults.remove),
            web.post("/sim/faults/presets/{preset}", faults.begin_preset),
            web.post("/sim/users", scene.add_user),
            web.post("/sim/users/{user}/block", scene.block),
            web.post("/sim/users/{user}/unblock", scene.unblock),
            web.post("/sim/bots", scene.add_bot),
            web.post("/sim/chats", scene.add_chat),
            web.post("/sim/chats/{chat}/members", scene.set_member),
            web.post("/sim/chats/{chat}/topics", scene.add_topic),
            web.post("/sim/chats/{chat}/topics/{topic}", scene.change_topic),
            web.post("/sim/chats/{chat}/messages", act.write),
            web.post("/sim/chats/{chat}/rights", scene.set_rights),
            web.post("/sim/chats/{chat}/migrate", scene.migrate),
            web.post("/sim/chats/{chat}/delete", scene.delete_chat),
            web.post("/sim/messages/{chat}/{message}/press", act.press),
            web.post("/sim/messages/{chat}/{message}/edit", act.edit),
            web.post("/sim/messages/{chat}/{message}/react", act.react),
            web.delete("/sim/messages/{chat}/{message}", act.delete),
            web.post("/sim/links/open", act.open_link),
            web.post("/sim/fire", act.fire),
            web.get("/sim/clock", control.show_clock),
            web.post("/sim/clock", control.move_clock),
            web.get("/sim/snapshot", control.snapshot),
            web.post("/sim/snapshot", control.restore),
            web.post("/sim/reset", control.reset),
        ]
    )
    return app


async def _webhooks(app: web.Application) -> AsyncIterator[None]:
    world = app[WORLD]
    task = asyncio.create_task(webhooks.deliver(world))
    yield
    for running in [task, *world.tasks]:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
