"""The address that the simulator listens on, shut while a fault refuses everybody."""

import asyncio
from contextlib import suppress

from aiohttp import web

from bot.simulator.world import World


class Door:
    """Always the same port, so that who was refused finds it again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._watching: asyncio.Task[None] | None = None

    async def open(self, app: web.Application, host: str, port: int) -> str:
        """Listen, and return the address."""
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await self._listen(self._runner, host, port)
        name, number = self._runner.addresses[0][:2]
        self._watching = asyncio.create_task(self._watch(self._runner, name, number))
        return f"http://{name}:{number}"

    async def close(self) -> None:
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._runner:
            await self._runner.cleanup()

    async def _watch(self, runner: web.AppRunner, host: str, port: int) -> None:
        while True:
            if self._world.faults.refuses() == bool(self._site):
                await self._turn(runner, host, port)
                self._world.changes.announce("door")
            await self._next_moment()

    async def _turn(self, runner: web.AppRunner, host: str, port: int) -> None:
        if self._site:
            await self._site.stop()
            self._site = None
        else:
            await self._listen(runner, host, port)

    async def _listen(self, runner: web.AppRunner, host: str, port: int) -> None:
        self._site = web.TCPSite(runner, host, port)
        await self._site.start()

    async def _next_moment(self) -> None:
        """Wait for a change, or for the moment at which a refusal begins or ends."""
        seconds = self._world.faults.until_refusal_turns()
        if seconds is None:
            await self._world.changes.next()
        else:
            await self._world.clock.within(seconds, self._world.changes.next())
