"""What is put on a message: pinChatMessage, unpinChatMessage, setMessageReaction."""

from bot.simulator import reactions
from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods.access import joined_chat
from bot.simulator.state import Bot, Chat, Message
from bot.simulator.telling import post_service
from bot.simulator.world import World

MOST_REACTIONS = 1  # Bot API, setMessageReaction: for a bot


async def pin_chat_message(world: World, bot: Bot, params: Params) -> bool:
    """Pin a message, which the chat is told in a message of its own."""
    chat = _pinning_chat(world, bot, params)
    message = _message(chat, params, "pin")
    silent = params.flag("disable_notification")
    if message.id not in chat.pinned:
        world.meter.spend(chat)
        chat.pinned.append(message.id)
        pinned = {"pinned_message": message_object(world.state, message, deep=False)}
        post_service(world, chat, bot.id, pinned, message.thread_id).silent = silent
    return True


async def unpin_chat_message(world: World, bot: Bot, params: Params) -> bool:
    """Unpin a message, the newest one if none is named."""
    chat = _pinning_chat(world, bot, params)
    wanted = params.integer("message_id") or next(reversed(chat.pinned), 0)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    world.meter.spend()
    chat.pinned.remove(wanted)
    world.changes.announce("state")
    return True


async def set_message_reaction(world: World, bot: Bot, params: Params) -> bool:
    emojis = _emojis(params)
    params.flag("is_big")  # an animation, of which nothing stays
    message = _message(joined_chat(world, bot, params), params, "react")
    if len(emojis) > MOST_REACTIONS:
        raise bad_request("REACTIONS_TOO_MANY")
    if not reactions.EMOJIS.issuperset(emojis):
        raise bad_request("REACTION_INVALID")
    world.meter.spend()
    reactions.put(world, message, bot.id, emojis)
    return True


def _pinning_chat(world: World, bot: Bot, params: Params) -> Chat:
    chat = joined_chat(world, bot, params)
    if chat.kind != "private" and not chat.may(bot.id, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _message(chat: Chat, params: Params, verb: str) -> Message:
    message = chat.found(params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


def _emojis(params: Params) -> list[str]:
    raw = params.parsed("reaction") or []
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise bad_request("can't parse reaction types JSON object")
    return [str(item.get("emoji", "")) for item in raw]
