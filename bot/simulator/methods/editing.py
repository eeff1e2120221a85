"""editMessageText, -Caption, -ReplyMarkup: without a keyboard in the call it is gone."""

from dataclasses import replace

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods import keyboards
from bot.simulator.methods.access import own_message
from bot.simulator.methods.content import (
    caption_of,
    check_caption,
    check_length,
    content_of,
    rich_version_of,
    version_of,
)
from bot.simulator.state import Bot, Json, Message, Version
from bot.simulator.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)


async def edit_message_text(world: World, bot: Bot, params: Params) -> Json:
    if "rich_messages" in world.settings.features and params.get("rich_message"):
        return await _edit_rich_message(world, bot, params)
    content = content_of(world, params)
    markup = keyboards.parsed(params, world.settings.features)
    message = own_message(world, bot, params)
    if message.current.media:
        raise bad_request("there is no text in the message to edit")
    check_length(content, "MESSAGE_TOO_LONG")
    return _edited(world, message, version_of(world, params, content), markup)


async def _edit_rich_message(world: World, bot: Bot, params: Params) -> Json:
    version = rich_version_of(world, params)
    markup = keyboards.parsed(params, world.settings.features)
    return _edited(world, own_message(world, bot, params), version, markup)


async def edit_message_caption(world: World, bot: Bot, params: Params) -> Json:
    caption = caption_of(world, params)
    markup = keyboards.parsed(params, world.settings.features)
    message = own_message(world, bot, params)
    if not message.current.media:
        raise bad_request("there is no caption in the message to edit")
    check_caption(caption)
    version = replace(message.current, at=world.now(), text=caption.text, entities=caption.entities)
    return _edited(world, message, version, markup)


async def edit_message_reply_markup(world: World, bot: Bot, params: Params) -> Json:
    markup = keyboards.parsed(params, world.settings.features)
    message = own_message(world, bot, params)
    return _edited(world, message, replace(message.current, at=world.now()), markup)


def _edited(world: World, message: Message, version: Version, markup: Json | None) -> Json:
    chat = world.state.chats[message.chat_id]
    version.markup = keyboards.checked(markup, chat, world.settings)
    check_modified(message, version)
    world.meter.spend(chat)
    world.revise(message, version)
    return message_object(world.state, message)


def check_modified(message: Message, version: Version) -> None:
    if version.says_the_same_as(message.current):
        raise bad_request(NOT_MODIFIED)
