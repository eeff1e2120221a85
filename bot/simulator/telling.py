"""What bots are told of a chat's messages, and the messages that Telegram itself posts."""

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
    """Give a message to the bots of its chat, except the bot that wrote it."""
    chat = world.state.chats[message.chat_id]
    kind = "channel_post" if chat.kind == "channel" else "message"
    for bot in world.state.bots.values():
        if chat.has(bot.id) and bot.id != message.sender_id and _sees(bot, message):
            world.emit(bot, kind, message_object(world.state, message))


def _sees(bot: Bot, message: Message) -> bool:
    return message.receiver_id in {None, bot.id}
