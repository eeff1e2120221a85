"""Which chat and message a call means, and whether this bot may touch it."""

from bot.simulator.api.errors import ApiError, bad_request, forbidden, migrated
from bot.simulator.api.params import Params
from bot.simulator.state import LEADING, Bot, Chat, Member, Message, Status, Topic
from bot.simulator.world import World

_SENT = {
    "can_send_messages": "text messages",
    "can_send_documents": "documents",
    "can_send_photos": "photos",
}


def known_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    wanted = params.text(name)
    if not wanted:
        raise bad_request(f"{name} is empty")
    chat = _found(world, wanted)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    return chat


def joined_chat(world: World, bot: Bot, params: Params, name: str = "chat_id") -> Chat:
    """The chat, if the bot is in it; the words differ with why it is not."""
    chat = known_chat(world, params, name)
    if gone := _gone(world, chat):
        raise forbidden(gone)
    member = chat.members.get(bot.id)
    if member is None and chat.kind != "private":
        raise bad_request("chat not found")
    status = member.status if member else "left"
    if status in {"left", "kicked"}:
        raise _absent(chat, status)
    return chat


def writable_chat(world: World, bot: Bot, params: Params, right: str = "can_send_messages") -> Chat:
    if params.integer("chat_id") in world.state.bots:
        raise forbidden("the bot can't send messages to the bot")
    chat = joined_chat(world, bot, params)
    if not _may_write(chat, chat.members[bot.id], right):
        raise bad_request(f"not enough rights to send {_SENT[right]} to the chat")
    return chat


def open_topic(chat: Chat, params: Params) -> Topic | None:
    """The topic that a new message goes to; None is General, or a chat without topics."""
    number = params.integer("message_thread_id")
    if not number or not chat.is_forum:
        return None
    topic = chat.topics.get(number)  # General has the id 1, but is not known by it here
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return topic


def own_message(world: World, bot: Bot, params: Params) -> Message:
    """The bot's message that is to be edited."""
    chat = joined_chat(world, bot, params)
    message = chat.found(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != bot.id or not message.editable:
        raise bad_request("message can't be edited")
    return message


def _found(world: World, wanted: str) -> Chat | None:
    chats = world.state.chats
    if wanted.startswith("@"):
        name = wanted[1:].lower()
        return next((chat for chat in chats.values() if chat.username.lower() == name), None)
    return chats.get(int(wanted)) if wanted.lstrip("-").isdecimal() else None


def _gone(world: World, chat: Chat) -> str:
    """Why nobody can write in this chat any more, or nothing."""
    if chat.deleted:
        return "the group chat was deleted"
    if chat.kind == "private" and world.person(chat.id).deactivated:
        return "user is deactivated"
    return ""


def _absent(chat: Chat, status: Status) -> ApiError:
    if chat.kind == "private":
        if status == "kicked":
            return forbidden("bot was blocked by the user")
        return forbidden("bot can't initiate conversation with a user")
    if status == "kicked":
        return forbidden(f"bot was kicked from the {chat.kind} chat")
    return forbidden(f"bot is not a member of the {chat.kind} chat")


def _may_write(chat: Chat, member: Member, right: str) -> bool:
    if member.status in LEADING:
        return True
    if member.status == "restricted":
        return right in member.rights
    return chat.can_send_messages
