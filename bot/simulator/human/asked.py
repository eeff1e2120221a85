"""What a request under /sim/ is about."""

from typing import TypeVar

import msgspec
from aiohttp import web

from bot.simulator.api.keys import WORLD
from bot.simulator.state import Chat, Message, Topic

T = TypeVar("T")


async def body_of(request: web.Request, shape: type[T]) -> T:
    return msgspec.json.decode(await request.read(), type=shape)


def chat_of(request: web.Request) -> Chat:
    return request.app[WORLD].state.chats[int(request.match_info["chat"])]


def message_of(request: web.Request) -> Message:
    return chat_of(request).messages[int(request.match_info["message"])]


def topic_of(request: web.Request) -> Topic:
    return chat_of(request).topics[int(request.match_info["topic"])]
