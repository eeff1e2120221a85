"""What a fault does to a call: before it takes effect, and to its answer."""

import json
from typing import Any

from aiohttp import web

from bot.simulator import topics
from bot.simulator.api.errors import ApiError, restarting, too_many_requests
from bot.simulator.api.faults import Fault
from bot.simulator.api.rules import Target
from bot.simulator.members import owner_of, set_member
from bot.simulator.places import migrate
from bot.simulator.state import Bot, Chat, Json
from bot.simulator.world import World

_GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


class Dropped(Exception):
    """The connection is to be closed without an answer."""


class Garbled(Exception):
    """The answer is to be something that the Bot API never says."""

    def __init__(self, status: int, body: str, content_type: str = "application/json") -> None:
        super().__init__(body)
        self.response = web.Response(status=status, text=body, content_type=content_type)


async def before(world: World, fault: Fault, bot: Bot, target: Target) -> None:
    """Refuse, hold or drop the call, or let something happen to its chat."""
    match fault.action:
        case "429" | "error" | "restart":
            raise _refusal(world, fault)
        case "html":
            raise Garbled(fault.rule.code or 502, _GATEWAY_PAGE, "text/html")
        case "reset_before" | "refused":
            raise Dropped
        case "delay":
            await world.clock.sleep(fault.rule.seconds)
        case "hang":
            await world.faults.hold(fault)
    if chat := world.state.chats.get(target.chat_id):
        _happen(world, fault, bot, chat, target.thread_id)


async def after(world: World, fault: Fault, envelope: Json) -> None:
    """Lose, hold or spoil the answer to a call that took effect."""
    match fault.action:
        case "reset_after":
            raise Dropped
        case "hang_after":
            await world.faults.hold(fault)
        case "truncate":
            body = json.dumps(envelope)
            raise Garbled(200, body[: len(body) * 2 // 3])
        case "bad_schema":
            raise Garbled(200, json.dumps({"ok": True, "result": _misshapen(envelope["result"])}))


def _refusal(world: World, fault: Fault) -> ApiError:
    rule = fault.rule
    if rule.action == "429":
        return too_many_requests(rule.retry_after or fault.left(world.now()) or 1)
    if rule.action == "restart":
        return restarting()
    return ApiError(rule.code or 500, rule.description, rule.parameters)


def _happen(world: World, fault: Fault, bot: Bot, chat: Chat, thread_id: int) -> None:
    match fault.action:
        case "migrate" if chat.kind == "group" and chat.migrated_to is None:
            migrate(world, chat)
        case "kick" if chat.kind != "private":
            set_member(world, chat, bot.id, "kicked")
        case "block" if chat.kind == "private":
            set_member(world, chat, bot.id, "kicked")
        case "drop_rights" if chat.kind != "private":
            set_member(world, chat, bot.id, "restricted", [])
        case "topic_closed" if thread_id in chat.topics:
            topics.close(world, chat, chat.topics[thread_id], owner_of(chat) or bot.id)


def _misshapen(result: Any) -> Json:
    """A message keeps its id, which a careful bot can still read."""
    return {**result, "date": "soon"} if isinstance(result, dict) else {"unreadable": True}
