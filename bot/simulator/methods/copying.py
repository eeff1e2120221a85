"""copyMessage, forwardMessage: the same content again, without or with its origin."""

from dataclasses import replace

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import chat_object, message_object, user_object
from bot.simulator.api.params import Params
from bot.simulator.methods.access import joined_chat
from bot.simulator.methods.content import caption_of, check_caption
from bot.simulator.methods.posting import place_of, post, posted
from bot.simulator.state import Bot, Json, Message, Version
from bot.simulator.world import World


async def copy_message(world: World, bot: Bot, params: Params) -> Json:
    place = place_of(world, bot, params)
    version = _again(world, _original(world, bot, params, "copy", "copied"))
    if version.media and params.get("caption") is not None:
        caption = caption_of(world, params)
        check_caption(caption)
        version = replace(version, text=caption.text, entities=caption.entities)
    return {"message_id": post(world, bot, params, place, version)["message_id"]}


async def forward_message(world: World, bot: Bot, params: Params) -> Json:
    place = place_of(world, bot, params)
    original = _original(world, bot, params, "forward", "forwarded")
    world.meter.spend(place.chat)
    origin = original.origin or _origin(world, original)
    message = posted(
        world, bot, params, place, _again(world, original), origin=origin, editable=False
    )
    return message_object(world.state, message)


def _original(world: World, bot: Bot, params: Params, verb: str, done: str) -> Message:
    chat = joined_chat(world, bot, params, "from_chat_id")
    message = chat.found(params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.service is not None or message.protected:
        raise bad_request(f"message can't be {done}")
    return message


def _again(world: World, original: Message) -> Version:
    return replace(original.current, at=world.now(), markup=None)


def _origin(world: World, message: Message) -> Json:
    chat = world.state.chats[message.chat_id]
    date = int(message.at)
    if chat.kind == "channel":
        place = chat_object(world.state, chat)
        return {"type": "channel", "date": date, "chat": place, "message_id": message.id}
    if message.sender_chat_id is not None:
        sender = chat_object(world.state, world.state.chats[message.sender_chat_id])
        return {"type": "chat", "date": date, "sender_chat": sender}
    user = user_object(world.person(message.sender_id))
    return {"type": "user", "date": date, "sender_user": user}
