"""/sim/: the scene is made and changed: people, bots, chats, who is in them, topics."""

from dataclasses import asdict
from typing import Literal

import msgspec
from aiohttp import web

from bot.simulator import members, places, topics
from bot.simulator.api.keys import WORLD
from bot.simulator.human.asked import body_of, chat_of, topic_of
from bot.simulator.state import Kind, Status


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    language_code: str = "en"
    username: str = ""
    id: int = 0


class NewBot(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    username: str = "dispatcher_bot"
    name: str = ""
    privacy: bool = True


class NewChat(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["group", "supergroup", "channel"]
    title: str
    members: list[int] = []
    bots: Status | None = "administrator"
    id: int = 0
    is_forum: bool = False


class Membership(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    status: Status
    rights: list[str] | None = None


class Rights(msgspec.Struct, forbid_unknown_fields=True):
    can_send_messages: bool


class NewTopic(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    name: str


class TopicChange(msgspec.Struct, forbid_unknown_fields=True):
    user_id: int
    action: Literal["close", "reopen", "delete"]


async def add_user(request: web.Request) -> web.Response:
    new = await body_of(request, NewUser)
    user = places.add_user(
        request.app[WORLD], new.name, new.language_code, username=new.username, user_id=new.id
    )
    return web.json_response(asdict(user))


async def add_bot(request: web.Request) -> web.Response:
    new = await body_of(request, NewBot)
    bot = places.add_bot(request.app[WORLD], new.token, new.username, new.name, privacy=new.privacy)
    return web.json_response({"id": bot.id, "username": new.username})


async def add_chat(request: web.Request) -> web.Response:
    new = await body_of(request, NewChat)
    kind: Kind = new.kind
    chat = places.add_chat(
        request.app[WORLD],
        kind,
        new.title,
        new.members,
        bots=new.bots,
        chat_id=new.id,
        is_forum=new.is_forum,
    )
    return web.json_response({"id": chat.id})


async def set_member(request: web.Request) -> web.Response:
    change = await body_of(request, Membership)
    member = members.set_member(
        request.app[WORLD], chat_of(request), change.user_id, change.status, change.rights
    )
    return web.json_response(asdict(member))


async def block(request: web.Request) -> web.Response:
    return _every_bot(request, "kicked")


async def unblock(request: web.Request) -> web.Response:
    return _every_bot(request, "member")


def _every_bot(request: web.Request, status: Status) -> web.Response:
    """Change what the bots are in the private chat of a person."""
    world = request.app[WORLD]
    chat = world.state.chats[int(request.match_info["user"])]
    for bot_id in world.state.bots:
        members.set_member(world, chat, bot_id, status)
    return web.json_response({})


async def set_rights(request: web.Request) -> web.Response:
    """Change what everybody may do who does not lead the chat."""
    rights, world, chat = await body_of(request, Rights), request.app[WORLD], chat_of(request)
    chat.can_send_messages = rights.can_send_messages
    world.changes.announce("state")
    return web.json_response({})


async def migrate(request: web.Request) -> web.Response:
    return web.json_response({"id": places.migrate(request.app[WORLD], chat_of(request)).id})


async def delete_chat(request: web.Request) -> web.Response:
    """Let the owner delete a group."""
    places.delete_chat(request.app[WORLD], chat_of(request))
    return web.json_response({})


async def add_topic(request: web.Request) -> web.Response:
    new = await body_of(request, NewTopic)
    topic = topics.create(request.app[WORLD], chat_of(request), new.user_id, new.name)
    return web.json_response(asdict(topic))


async def change_topic(request: web.Request) -> web.Response:
    change = await body_of(request, TopicChange)
    world, chat, topic = request.app[WORLD], chat_of(request), topic_of(request)
    match change.action:
        case "close":
            topics.close(world, chat, topic, change.user_id)
        case "reopen":
            topics.reopen(world, chat, topic, change.user_id)
        case "delete":
            topics.delete(world, chat, topic)
    return web.json_response(asdict(topic))
