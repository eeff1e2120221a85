"""What all sending has in common: where a message goes, what it answers, who may see it."""

from dataclasses import dataclass, replace
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods import ephemeral, keyboards
from bot.simulator.methods.access import open_topic, writable_chat
from bot.simulator.state import Bot, Chat, Json, Message, Version
from bot.simulator.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new message will stand, and the keyboard it wants."""

    chat: Chat
    markup: Json | None
    thread_id: int | None
    answered: Message | None
    quote: str
    receiver_id: int | None


def place_of(world: World, bot: Bot, params: Params, right: str = "can_send_messages") -> Place:
    """Look at the arguments, then at the chat, its topic and the message that is answered."""
    markup = keyboards.parsed(params, world.settings.features)
    reply = params.parsed("reply_parameters") or {}
    wanted = ephemeral.wanted(world, params)
    chat = writable_chat(world, bot, params, right)
    topic = open_topic(chat, params)
    answered = _answered(world, bot, chat, reply)
    receiver_id = ephemeral.receiver_in(world, bot, chat, wanted) if wanted else None
    thread_id = topic.id if topic else answered.thread_id if answered else None
    quote = str(reply.get("quote") or "") if answered else ""
    return Place(chat, markup, thread_id, answered, quote, receiver_id)


def post(world: World, bot: Bot, params: Params, place: Place, version: Version) -> Json:
    """Check the keyboard and the rate; then the message stands there."""
    markup = keyboards.checked(place.markup, place.chat, world.settings)
    world.meter.spend(None if place.receiver_id else place.chat)
    version = replace(version, markup=markup)
    editable = not (place.markup and place.markup.get("other"))
    message = posted(world, bot, params, place, version, editable=editable)
    return message_object(world.state, message)


def posted(
    world: World, bot: Bot, params: Params, place: Place, version: Version, **details: Any
) -> Message:
    """Let the message stand there; the details are fields of Message."""
    return world.post(
        place.chat,
        bot.id,
        version,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        thread_id=place.thread_id,
        reply_to=place.answered and place.answered.id,
        quote=place.quote,
        receiver_id=place.receiver_id,
        **details,
    )


def _answered(world: World, bot: Bot, chat: Chat, reply: Json) -> Message | None:
    """The message answered, once it is known to be there with the words quoted."""
    if not reply:
        return None
    if "ephemeral_message_id" in reply:
        return ephemeral.answered(world, bot, chat, reply["ephemeral_message_id"])
    message = chat.found(reply.get("message_id") or 0)
    if message is None:
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    if (reply.get("quote") or "") not in message.current.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message
