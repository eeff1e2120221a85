"""/sim/: what a person or a test does."""

import asyncio
from dataclasses import asdict

import msgspec
from aiohttp import web

from bot.simulator import people, reactions
from bot.simulator.api.keys import WORLD
from bot.simulator.files import Upload
from bot.simulator.human import find, links, views
from bot.simulator.human.asked import body_of, chat_of, message_of
from bot.simulator.state import Answer, Message, Press
from bot.simulator.world import World


class NewFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file as JSON can carry it: the content is Base64."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


class Written(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    text: str = ""
    file: NewFile | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    as_chat: int | None = None


class Edited(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    text: str


class Reacted(msgspec.Struct, forbid_unknown_fields=True):
    """No emoji takes the reaction back."""

    user_id: int
    emojis: list[str]
    as_chat: int | None = None


class Pressed(msgspec.Struct, forbid_unknown_fields=True):
    """The button is named by its data, by its place from 0 on, or by its label."""

    user_id: int
    text: str = ""
    data: str = ""
    row: int | None = None
    col: int = 0
    timeout: float | None = None


async def write(request: web.Request) -> web.Response:
    written = await body_of(request, Written)
    world = request.app[WORLD]
    file = written.file
    message = people.write(
        world,
        chat_of(request),
        written.user_id,
        written.text,
        written.reply_to,
        thread_id=written.thread_id,
        as_chat=written.as_chat,
        file=Upload(file.name, file.mime_type, file.content) if file else None,
    )
    return web.json_response(views.message_view(world, message))


async def edit(request: web.Request) -> web.Response:
    edited = await body_of(request, Edited)
    world, message = request.app[WORLD], message_of(request)
    people.edit(world, message, edited.user_id, edited.text)
    return web.json_response(views.message_view(world, message))


async def react(request: web.Request) -> web.Response:
    reacted = await body_of(request, Reacted)
    world, message = request.app[WORLD], message_of(request)
    reactions.react(world, message, reacted.user_id, reacted.emojis, reacted.as_chat)
    return web.json_response(views.message_view(world, message))


async def open_link(request: web.Request) -> web.Response:
    """Follow a link to a bot, as its buttons and the pages show them."""
    followed = await body_of(request, links.Followed)
    chat = links.follow(request.app[WORLD], followed)
    return web.json_response({"chat_id": chat.id})


async def delete(request: web.Request) -> web.Response:
    request.app[WORLD].remove(message_of(request))
    return web.json_response({})


async def press(request: web.Request) -> web.Response:
    """Press a button and wait for the bot's answer."""
    pressed = await body_of(request, Pressed)
    world, message = request.app[WORLD], message_of(request)
    sent = people.press(world, message, pressed.user_id, _data_of(message, pressed))
    answer = await _answer(world, sent, pressed.timeout)
    return web.json_response({"id": sent.id, **asdict(answer)})


def _data_of(message: Message, pressed: Pressed) -> str:
    if pressed.data:
        return pressed.data
    if pressed.row is None:
        return people.data_of(message, pressed.text)
    return people.data_at(message, pressed.row, pressed.col)


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
