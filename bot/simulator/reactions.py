"""Reactions: who put which on a message, and which bots hear of it."""

from bot.simulator.api.objects import chat_object, user_object
from bot.simulator.state import Chat, Json, Message
from bot.simulator.world import World

# All that there are, besides custom emoji; Bot API, ReactionTypeEmoji.
_ALL = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣"
    " ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃"
    " 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
EMOJIS = frozenset(_ALL.split())


def react(
    world: World, message: Message, user_id: int, emojis: list[str], as_chat: int | None = None
) -> None:
    """Let a person react, or an anonymous administrator as the chat; no emoji takes it back."""
    chat = world.state.chats[message.chat_id]
    if not chat.has(user_id):
        raise PermissionError(f"{world.person(user_id).first_name} is not in this chat")
    if not EMOJIS.issuperset(emojis):
        raise ValueError("there is no such reaction")
    actor_id = user_id if as_chat is None else as_chat
    old = put(world, message, actor_id, emojis)
    _tell(world, chat, message, actor_id, old)


def put(world: World, message: Message, actor_id: int, emojis: list[str]) -> list[str]:
    """Replace what somebody put on a message, and return what it was."""
    old = message.reactions.pop(actor_id, [])
    if emojis:
        message.reactions[actor_id] = emojis
    world.changes.announce("message", message)
    return old


def _tell(world: World, chat: Chat, message: Message, actor_id: int, old: list[str]) -> None:
    """Bots that lead the chat and asked for reactions hear of those of people."""
    payload: Json = {
        "chat": chat_object(world.state, chat),
        "message_id": message.id,
        "date": int(world.now()),
        "old_reaction": _objects(old),
        "new_reaction": _objects(message.reactions.get(actor_id, [])),
    }
    if actor_id == chat.id and chat.kind != "private":
        payload["actor_chat"] = chat_object(world.state, world.state.chats[actor_id])
    else:
        payload["user"] = user_object(world.person(actor_id))
    for bot in world.state.bots.values():
        if chat.kind == "private" or chat.is_led_by(bot.id):
            world.emit(bot, "message_reaction", payload)


def _objects(emojis: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
