"""What bots are told of a chat's messages, and the messages that Telegram itself posts.

A bot in privacy mode hears what is meant for it: commands addressed to it, commands at large
if it was the last bot to write, answers to it, and what Telegram itself posts (Bots FAQ).
"""

from bot.simulator.api.objects import message_object
from bot.simulator.state import Bot, Chat, Json, Message, Version
from bot.simulator.world import World


def post_service(
    world: World, chat: Chat, sender_id: int, service: Json, thread_id: int | None = None
) -> Message:
    version = Version(world.now())
    return world.post(
        chat, sender_id, version, service=service, editable=False, thread_id=thread_id
    )


def tell(world: World, message: Message) -> None:
    """Give a message, new or edited, to the bots that hear it; no bot hears another."""
    chat = world.state.chats[message.chat_id]
    kind = "channel_post" if chat.kind == "channel" else "message"
    if len(message.versions) > 1:
        kind = f"edited_{kind}"
    for bot in world.state.bots.values():
        if chat.has(bot.id) and _hears(world, bot, chat, message):
            world.emit(bot, kind, message_object(world.state, message))


def _hears(world: World, bot: Bot, chat: Chat, message: Message) -> bool:
    if message.sender_id in world.state.bots:
        return False
    if message.receiver_id is not None:
        return message.receiver_id == bot.id
    is_open = not bot.privacy or chat.kind not in {"group", "supergroup"}
    if is_open or chat.is_led_by(bot.id) or message.service is not None:
        return True
    return _is_meant(world, bot, chat, message)


def _is_meant(world: World, bot: Bot, chat: Chat, message: Message) -> bool:
    answered = chat.messages.get(message.reply_to or 0)
    if answered and answered.sender_id == bot.id:
        return True
    name, _, address = message.current.text.partition(" ")[0].partition("@")
    if not name.startswith("/"):
        return False
    if address:
        return address.lower() == world.person(bot.id).username.lower()
    senders = (other.sender_id for other in reversed(chat.messages.values()))
    return next((sender for sender in senders if sender in world.state.bots), None) == bot.id
