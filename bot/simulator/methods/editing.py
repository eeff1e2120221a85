"""editMessageText, editMessageReplyMarkup: without a keyboard in the call it is gone."""

from dataclasses import replace

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods import keyboards
from bot.simulator.methods.access import own_message
from bot.simulator.methods.content import check_length, content_of, version_of
from bot.simulator.state import Bot, Json, Message, Version
from bot.simulator.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)


async def edit_message_text(world: World, bot: Bot, params: Params) -> Json:
    content = content_of(world, params)
    raw = keyboards.parsed(params.parsed("reply_markup"))
    message = own_message(world, bot, params)
    check_length(content, "MESSAGE_TOO_LONG")
    markup = keyboards.checked(raw, world.state.chats[message.chat_id], world.settings)
    return _edited(world, message, version_of(world, params, content, markup))


async def edit_message_reply_markup(world: World, bot: Bot, params: Params) -> Json:
    raw = keyboards.parsed(params.parsed("reply_markup"))
    message = own_message(world, bot, params)
    markup = keyboards.checked(raw, world.state.chats[message.chat_id], world.settings)
    return _edited(world, message, replace(message.current, at=world.now(), markup=markup))


def _edited(world: World, message: Message, version: Version) -> Json:
    if version.says_the_same_as(message.current):
        raise bad_request(NOT_MODIFIED)
    world.meter.spend(world.state.chats[message.chat_id])
    world.revise(message, version)
    return message_object(world.state, message)
