"""/sim/wait: a long poll, so that tests in other processes need no sleep."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.human import views
from bot.simulator.human.filters import Answers, Calls, Messages
from bot.simulator.human.find import collected
from bot.simulator.world import World


class Terms(msgspec.Struct):
    """What to wait for, how many of it, and how many seconds; without a count, for one."""

    kind: Literal["message", "answer", "call"] = "message"
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    timeout: Annotated[float, msgspec.Meta(ge=0, le=600)] = 10.0


_FILTERS = {"message": Messages, "answer": Answers, "call": Calls}
_VIEWS: dict[str, Callable[[World, Any], Any]] = {
    "message": views.message_view,
    "answer": lambda _world, press: asdict(press),
    "call": lambda _world, call: views.call_view(call),
}


async def wait(request: web.Request) -> web.Response:
    """Answer as soon as enough of what is asked for is there: with the newest, or with all."""
    world, query = request.app[WORLD], dict(request.query)
    terms, rest = _split(query)
    wanted = msgspec.convert(rest, _FILTERS[terms.kind], strict=False)
    async with asyncio.timeout(terms.timeout):
        known = partial(wanted.known, world)
        found = await collected(world, terms.kind, known, wanted.fits, terms.count or 1)
    seen = [_VIEWS[terms.kind](world, subject) for subject in found]
    return web.json_response(seen if terms.count else seen[-1])


def _split(query: Mapping[str, str]) -> tuple[Terms, dict[str, str]]:
    named = {name: query[name] for name in Terms.__struct_fields__ if name in query}
    rest = {name: value for name, value in query.items() if name not in named}
    return msgspec.convert(named, Terms, strict=False), rest
