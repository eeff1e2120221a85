"""Forum topics: created, edited, closed, reopened, deleted; and the icons there are."""

from bot.simulator import topics
from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods.access import joined_chat
from bot.simulator.state import Bot, Chat, Json, Topic
from bot.simulator.world import World

MOST_MESSAGES = 11  # TDLib, deleteForumTopic: the creator may delete so small a topic


# Which emoji a topic may have as its icon; Telegram has more, under numbers of its own.
ICONS = {"1": "📰", "2": "💡", "3": "⚡️", "4": "🔥", "5": "‼️", "6": "✅", "7": "🤖", "8": "🛠"}


async def get_forum_topic_icon_stickers(_world: World, _bot: Bot, _params: Params) -> list[Json]:
    return [_sticker(number, emoji) for number, emoji in ICONS.items()]


async def create_forum_topic(world: World, bot: Bot, params: Params) -> Json:
    name = _name(params)
    chat = _forum(world, bot, params)
    if not chat.may(bot.id, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    color = params.integer("icon_color", topics.COLORS[0])
    if color not in topics.COLORS:
        raise bad_request("invalid icon color specified")
    world.meter.spend(chat)
    emoji_id = params.text("icon_custom_emoji_id")
    return _object(topics.create(world, chat, bot.id, name, color, emoji_id))


async def edit_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    chat, topic = _own_topic(world, bot, params)
    wanted = {"name": _name(params)} if params.get("name") else {}
    if (emoji_id := params.get("icon_custom_emoji_id")) is not None:
        wanted["icon_custom_emoji_id"] = str(emoji_id)
    changes = {key: value for key, value in wanted.items() if getattr(topic, key) != value}
    _check_modified(bool(changes))
    world.meter.spend(chat)
    topics.edit(world, chat, topic, bot.id, changes)
    return True


async def close_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    chat, topic = _own_topic(world, bot, params)
    _check_modified(not topic.closed)
    world.meter.spend(chat)
    topics.close(world, chat, topic, bot.id)
    return True


async def reopen_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    chat, topic = _own_topic(world, bot, params)
    _check_modified(topic.closed)
    world.meter.spend(chat)
    topics.reopen(world, chat, topic, bot.id)
    return True


async def delete_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    chat, topic = _topic(world, bot, params)
    if not (chat.may(bot.id, "can_delete_messages") or _is_small_and_own(bot, chat, topic)):
        raise bad_request("not enough rights to delete the topic")
    world.meter.spend()
    topics.delete(world, chat, topic)
    return True


def _forum(world: World, bot: Bot, params: Params) -> Chat:
    chat = joined_chat(world, bot, params)
    if chat.kind != "supergroup":
        raise bad_request("the chat is not a supergroup forum")
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(world: World, bot: Bot, params: Params) -> tuple[Chat, Topic]:
    chat = _forum(world, bot, params)
    topic = chat.topics.get(params.integer("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic.deleted:
        raise bad_request("TOPIC_DELETED")
    return chat, topic


def _own_topic(world: World, bot: Bot, params: Params) -> tuple[Chat, Topic]:
    """The topic, if the bot opened it or manages them all."""
    chat, topic = _topic(world, bot, params)
    if not (topic.creator_id == bot.id or chat.may(bot.id, "can_manage_topics")):
        raise bad_request("not enough rights to edit the topic")
    return chat, topic


def _is_small_and_own(bot: Bot, chat: Chat, topic: Topic) -> bool:
    senders = [message.sender_id for message in topics.messages_of(chat, topic)]
    return topic.creator_id == bot.id and set(senders) <= {bot.id} and len(senders) <= MOST_MESSAGES


def _name(params: Params) -> str:
    name = params.text("name").strip()
    if not name:
        raise bad_request("name must be non-empty")
    return name[: topics.LONGEST_NAME]


def _check_modified(modified: bool) -> None:
    if not modified:
        raise bad_request("TOPIC_NOT_MODIFIED")


def _sticker(number: str, emoji: str) -> Json:
    return {
        "file_id": f"icon-{number}",
        "file_unique_id": number,
        "type": "custom_emoji",
        "width": 100,
        "height": 100,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
        "custom_emoji_id": number,
    }


def _object(topic: Topic) -> Json:
    emoji_id = topic.icon_custom_emoji_id
    return {
        "message_thread_id": topic.id,
        "name": topic.name,
        "icon_color": topic.icon_color,
        **({"icon_custom_emoji_id": emoji_id} if emoji_id else {}),
    }
