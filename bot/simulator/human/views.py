"""State as the page and the tests see it: everything, versions included, no bot's view."""

from dataclasses import asdict
from typing import Any

import msgspec

from bot.simulator.api.faults import Fault
from bot.simulator.api.limits import MINUTE, Rate
from bot.simulator.api.updates import pending
from bot.simulator.state import PRESENT, Bot, Call, Chat, Json, Message
from bot.simulator.world import World


def message_view(world: World, message: Message) -> Json:
    return {
        "chat_id": message.chat_id,
        "message_id": message.id,
        "thread_id": message.thread_id,
        "receiver_id": message.receiver_id,
        "from": _sender_view(world, message),
        "at": message.at,
        "silent": message.silent,
        "deleted": message.deleted,
        "service": message.service,
        "reply_to": message.reply_to,
        "quote": message.quote,
        "reactions": message.reactions,
        "versions": [asdict(version) for version in message.versions],
    }


def _sender_view(world: World, message: Message) -> Json:
    """A person, a bot, or the chat that speaks for somebody."""
    if message.sender_chat_id is not None:
        chat = world.state.chats[message.sender_chat_id]
        return {"id": chat.id, "name": chat.title, "is_bot": False}
    sender = world.person(message.sender_id)
    return {"id": sender.id, "name": sender.first_name, "is_bot": sender.is_bot}


def transcript(world: World, chat: Chat) -> list[Json]:
    return [message_view(world, message) for message in chat.messages.values()]


def call_view(call: Call) -> Json:
    return {**asdict(call), "ok": call.ok}


def fault_view(world: World, fault: Fault) -> Json:
    """The rule as it was asked for, and what came of it."""
    left = fault.left(world.now())
    return {
        **msgspec.to_builtins(fault.rule),
        "id": fault.id,
        "met": fault.met,
        "struck": fault.struck,
        "left": left,
    }


def state_view(world: World) -> Json:
    people = [user for user in world.state.users.values() if not user.is_bot]
    return {
        "users": [asdict(user) for user in people],
        "bots": [_bot_view(world, bot) for bot in world.state.bots.values()],
        "chats": [_chat_view(world, chat) for chat in world.state.chats.values()],
        "rates": rates_view(world),
        "clock": clock_view(world),
        "unsupported": world.state.unsupported,
        "web_url": world.settings.web_url,
        "can_fire": world.settings.fire is not None,
    }


def _bot_view(world: World, bot: Bot) -> Json:
    user = world.person(bot.id)
    return {
        "id": bot.id,
        "name": user.first_name,
        "username": user.username,
        "commands": bot.commands,
        "webhook": bot.webhook.url if bot.webhook else "",
        "pending": len(pending(bot, world.now())),
    }


def _chat_view(world: World, chat: Chat) -> Json:
    title = chat.title or world.person(chat.id).first_name
    members = [asdict(member) for member in chat.members.values() if member.status in PRESENT]
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": title,
        "members": members,
        "topics": [asdict(topic) for topic in chat.topics.values() if not topic.deleted],
        "is_forum": chat.is_forum,
        "pinned": chat.pinned,
        "migrated_to": chat.migrated_to,
    }


def rates_view(world: World) -> Json:
    """What each chat took in the last minute and all together in the last second."""
    now = world.now()
    chats = world.meter.chats.items()
    return {
        "limits": asdict(world.settings.limits),
        "chats": {chat_id: _rate_view(rate, now - MINUTE) for chat_id, rate in chats},
        "overall": _rate_view(world.meter.overall, now - 1.0),
    }


def _rate_view(rate: Rate, since: float) -> Json:
    taken = sum(at > since for at in rate.taken)
    return {"taken": taken, "most": rate.most, "refused": rate.refused}


def clock_view(world: World) -> Json:
    return {"now": world.now(), "frozen": world.clock.is_frozen}


def change_view(world: World, kind: str, subject: Any) -> Json | None:
    """One line of the event stream; None for what the page does not show."""
    match kind:
        case "message":
            return {"kind": kind, "message": message_view(world, subject)}
        case "call":
            return {"kind": kind, "call": call_view(subject)}
        case "answer":
            return {"kind": kind, "press": asdict(subject)}
        case "state" | "reset" | "faults" | "clock":
            return {"kind": kind}
    return None
