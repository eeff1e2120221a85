"""/sim/: what a person or a test does."""

import asyncio
from dataclasses import asdict
from typing import Literal, TypeVar

import msgspec
from aiohttp import web

from bot.simulator import members, people, places
from bot.simulator.api.keys import WORLD
from bot.simulator.human import find, views
from bot.simulator.state import Answer, Chat, Kind, Message, Press, Status
from bot.simulator.world import World

T = TypeVar("T")


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    language_code: str = "en"
    username: str = ""
    id: int = 0


class NewBot(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    username: str = "dispatcher_bot"
    name: str = ""


class NewChat(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["group", "supergroup", "channel"]
    title: str
    members: list[int] = []
    bots: Status | None = "administrator"
    id: int = 0


class Membership(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    status: Status
    rights: list[str] | None = None


class Written(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    text: str
    reply_to: int | None = None


class Pressed(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    text: str = ""
    data: str = ""
    timeout: float | None = None


async def body_of(request: web.Request, shape: type[T]) -> T:
    return msgspec.json.decode(await request.read(), type=shape)


def chat_of(request: web.Request) -> Chat:
    return request.app[WORLD].state.chats[int(request.match_info["chat"])]


def message_of(request: web.Request) -> Message:
    return chat_of(request).messages[int(request.match_info["message"])]


async def add_user(request: web.Request) -> web.Response:
    new = await body_of(request, NewUser)
    user = places.add_user(
        request.app[WORLD], new.name, new.language_code, username=new.username, user_id=new.id
    )
    return web.json_response(asdict(user))


async def add_bot(request: web.Request) -> web.Response:
    new = await body_of(request, NewBot)
    bot = places.add_bot(request.app[WORLD], new.token, new.username, new.name)
    return web.json_response({"id": bot.id, "username": new.username})


async def add_chat(request: web.Request) -> web.Response:
    new = await body_of(request, NewChat)
    kind: Kind = new.kind
    chat = places.add_chat(
        request.app[WORLD], kind, new.title, new.members, bots=new.bots, chat_id=new.id
    )
    return web.json_response({"id": chat.id})


async def set_member(request: web.Request) -> web.Response:
    change = await body_of(request, Membership)
    member = members.set_member(
        request.app[WORLD], chat_of(request), change.user_id, change.status, change.rights
    )
    return web.json_response(asdict(member))


async def migrate(request: web.Request) -> web.Response:
    return web.json_response({"id": places.migrate(request.app[WORLD], chat_of(request)).id})


async def write(request: web.Request) -> web.Response:
    written = await body_of(request, Written)
    world = request.app[WORLD]
    message = people.write(world, chat_of(request), written.user_id, written.text, written.reply_to)
    return web.json_response(views.message_view(world, message))


async def delete(request: web.Request) -> web.Response:
    request.app[WORLD].remove(message_of(request))
    return web.json_response({})


async def press(request: web.Request) -> web.Response:
    """Press a button by its label or its data and wait for the bot's answer."""
    pressed = await body_of(request, Pressed)
    world, message = request.app[WORLD], message_of(request)
    data = pressed.data or people.data_of(message, pressed.text)
    sent = people.press(world, message, pressed.user_id, data)
    answer = await _answer(world, sent, pressed.timeout)
    return web.json_response({"id": sent.id, **asdict(answer)})


async def _answer(world: World, sent: Press, seconds: float | None) -> Answer:
    """Wait as long as the caller says, or as long as Telegram lets a bot answer."""
    answered = find.answered(world, sent)
    if seconds is not None:
        async with asyncio.timeout(seconds):
            return await answered
    answer = await world.clock.within(world.settings.answer_seconds, answered)
    if answer is None:
        raise TimeoutError
    return answer


async def fire(request: web.Request) -> web.Response:
    """Let the demo's sample app fail once."""
    world: World = request.app[WORLD]
    if world.settings.fire is None:
        raise LookupError("nothing to fire")
    await world.settings.fire()
    return web.json_response({})
