"""deleteMessage, deleteMessages."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods.access import joined_chat
from bot.simulator.state import Bot, Chat, Message
from bot.simulator.world import World

TWO_DAYS = 48 * 3600.0  # Bot API, deleteMessage


async def delete_message(world: World, bot: Bot, params: Params) -> bool:
    chat = joined_chat(world, bot, params)
    message = chat.found(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, bot, chat, message):
        raise bad_request("message can't be deleted")
    world.meter.spend()
    world.remove(message)
    return True


async def delete_messages(world: World, bot: Bot, params: Params) -> bool:
    """Delete what is there; what is not is skipped."""
    wanted = _message_ids(params.parsed("message_ids"))
    chat = joined_chat(world, bot, params)
    found = [message for number in wanted if (message := chat.found(number))]
    if not all(_may_delete(world, bot, chat, message) for message in found):
        raise bad_request("message can't be deleted")
    world.meter.spend()
    for message in found:
        world.remove(message)
    return True


def _message_ids(raw: Any) -> list[int]:
    if raw is None:
        raise bad_request("message identifiers are not specified")
    if not isinstance(raw, list):
        raise bad_request("expected an Array of message identifiers")
    if len(raw) > 100:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(number, int) and number > 0 for number in raw):
        raise bad_request("invalid message identifier specified")
    return raw


def _may_delete(world: World, bot: Bot, chat: Chat, message: Message) -> bool:
    if world.now() - message.at > TWO_DAYS:
        return False
    own = message.sender_id == bot.id or chat.kind == "private"
    return own or chat.may(bot.id, "can_delete_messages")
