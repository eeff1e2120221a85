"""Where handlers find the world."""

from aiohttp import web

from bot.simulator.world import World

WORLD = web.AppKey("world", World)
