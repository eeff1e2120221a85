"""Messages of a group that one member sees: sent in time, edited and deleted apart.

Telegram's refusals for them are not published; the words here are ours.
"""

from dataclasses import replace

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods import keyboards
from bot.simulator.methods.access import joined_chat
from bot.simulator.methods.answering import TOO_OLD
from bot.simulator.methods.content import check_length, content_of, version_of
from bot.simulator.methods.editing import check_modified
from bot.simulator.state import Bot, Chat, Json, Message, Version
from bot.simulator.world import World

SECONDS = 15.0  # Bot API, ephemeral messages: after a press or an ephemeral command


def wanted(world: World, params: Params) -> Json | None:
    """The parameters of an ephemeral message; a server without them does not look."""
    if "ephemeral" not in world.settings.features:
        return None
    found = params.parsed("ephemeral_message_parameters")
    if found is not None and not (isinstance(found, dict) and found.get("receiver_user_id")):
        raise bad_request("can't parse ephemeral message parameters JSON object")
    return found


def receiver_in(world: World, bot: Bot, chat: Chat, wanted: Json) -> int:
    """Who will see the message, if the bot may show this person one now."""
    receiver_id = int(wanted["receiver_user_id"])
    if chat.kind not in {"group", "supergroup"}:
        raise bad_request("ephemeral messages can be sent only to groups and supergroups")
    if not chat.has(receiver_id):
        raise bad_request("PARTICIPANT_ID_INVALID")
    if number := wanted.get("callback_query_id"):
        press = world.state.presses.get(str(number))
        if press is None or (press.bot_id, press.chat_id) != (bot.id, chat.id):
            raise bad_request(TOO_OLD)
        if press.user_id != receiver_id or world.now() - press.at > SECONDS:
            raise bad_request(TOO_OLD)
    elif not (chat.is_led_by(bot.id) or _has_just_asked(world, bot, chat, receiver_id)):
        raise bad_request("not enough rights to send ephemeral messages to the chat")
    return receiver_id


def answered(world: World, bot: Bot, chat: Chat, number: int) -> Message:
    """The ephemeral command that is answered, while it may be."""
    message = chat.messages.get(number)
    if message is None or message.receiver_id != bot.id or _is_old(world, message):
        raise bad_request("message to be replied not found")
    return message


async def edit_ephemeral_message_text(world: World, bot: Bot, params: Params) -> bool:
    content = content_of(world, params)
    markup = keyboards.parsed(params, world.settings.features)
    message = _own(world, bot, params, "message to edit not found")
    check_length(content, "MESSAGE_TOO_LONG")
    return _edited(world, message, version_of(world, params, content), markup)


async def edit_ephemeral_message_reply_markup(world: World, bot: Bot, params: Params) -> bool:
    markup = keyboards.parsed(params, world.settings.features)
    message = _own(world, bot, params, "message to edit not found")
    return _edited(world, message, replace(message.current, at=world.now()), markup)


async def delete_ephemeral_message(world: World, bot: Bot, params: Params) -> bool:
    message = _own(world, bot, params, "message to delete not found")
    world.meter.spend()
    world.remove(message)
    return True


def _own(world: World, bot: Bot, params: Params, complaint: str) -> Message:
    chat = joined_chat(world, bot, params)
    message = chat.messages.get(params.integer("ephemeral_message_id"))
    receiver_id = params.integer("receiver_user_id")
    if message is None or message.deleted or message.sender_id != bot.id:
        raise bad_request(complaint)
    if message.receiver_id is None or message.receiver_id != receiver_id:
        raise bad_request(complaint)
    return message


def _edited(world: World, message: Message, version: Version, markup: Json | None) -> bool:
    chat = world.state.chats[message.chat_id]
    version.markup = keyboards.checked(markup, chat, world.settings)
    check_modified(message, version)
    world.meter.spend()
    world.revise(message, version)
    return True


def _has_just_asked(world: World, bot: Bot, chat: Chat, user_id: int) -> bool:
    return any(
        message.receiver_id == bot.id and message.sender_id == user_id
        for message in chat.messages.values()
        if not _is_old(world, message)
    )


def _is_old(world: World, message: Message) -> bool:
    return world.now() - message.at > SECONDS
