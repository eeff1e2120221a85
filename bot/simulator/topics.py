"""The topics of a forum: opened, renamed, closed, deleted, each with its service message."""

from bot.simulator.state import Chat, Json, Message, Topic
from bot.simulator.telling import post_service, tell
from bot.simulator.world import World

# The only colours there are, the first one if none is named; Bot API, createForumTopic.
COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
GENERAL = 1  # what nobody else has for an id
LONGEST_NAME = 128  # Bot API, createForumTopic; TDLib cuts what is longer


def create(
    world: World, chat: Chat, creator_id: int, name: str, color: int = 0, emoji_id: str = ""
) -> Topic:
    if not chat.is_forum:
        raise ValueError("the chat is not a forum")
    chat.next_message_id = max(chat.next_message_id, GENERAL + 1)
    topic = Topic(chat.next_message_id, name, color or COLORS[0], creator_id, emoji_id)
    chat.topics[topic.id] = topic
    emoji = {"icon_custom_emoji_id": emoji_id} if emoji_id else {}
    created: Json = {"name": name, "icon_color": topic.icon_color, **emoji}
    _say(world, chat, topic, creator_id, {"forum_topic_created": created})
    return topic


def edit(world: World, chat: Chat, topic: Topic, actor_id: int, changes: Json) -> None:
    """Change the name, the icon_custom_emoji_id, or both."""
    topic.name = changes.get("name", topic.name)
    topic.icon_custom_emoji_id = changes.get("icon_custom_emoji_id", topic.icon_custom_emoji_id)
    _say(world, chat, topic, actor_id, {"forum_topic_edited": changes})


def close(world: World, chat: Chat, topic: Topic, actor_id: int) -> None:
    topic.closed = True
    _say(world, chat, topic, actor_id, {"forum_topic_closed": {}})


def reopen(world: World, chat: Chat, topic: Topic, actor_id: int) -> None:
    topic.closed = False
    _say(world, chat, topic, actor_id, {"forum_topic_reopened": {}})


def delete(world: World, chat: Chat, topic: Topic) -> None:
    """Take the topic away with all that was said in it; nobody is told."""
    topic.deleted = True
    for message in messages_of(chat, topic):
        world.remove(message)
    world.changes.announce("state")


def messages_of(chat: Chat, topic: Topic) -> list[Message]:
    return [
        message
        for message in chat.messages.values()
        if message.thread_id == topic.id and not message.deleted
    ]


def _say(world: World, chat: Chat, topic: Topic, actor_id: int, service: Json) -> None:
    tell(world, post_service(world, chat, actor_id, service, topic.id))
    world.changes.announce("state")
