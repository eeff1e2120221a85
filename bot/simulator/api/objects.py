"""State as the Bot API's JSON objects."""

from bot.simulator.state import Bot, Chat, Json, Message, State, User, Version


def user_object(user: User) -> Json:
    known = {"username": user.username, "language_code": user.language_code}
    if user.is_bot:
        known.pop("language_code")
    return {
        "id": user.id,
        "is_bot": user.is_bot,
        "first_name": user.first_name,
        **{name: value for name, value in known.items() if value},
    }


def own_object(user: User, bot: Bot) -> Json:
    """The bot itself, with what only getMe tells."""
    return {
        **user_object(user),
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_object(state: State, chat: Chat) -> Json:
    if chat.kind == "private":
        user = state.users[chat.id]
        names = {"first_name": user.first_name, "username": user.username}
    else:
        names = {"title": chat.title, "username": chat.username}
    forum = {"is_forum": True} if chat.is_forum else {}
    known = {key: name for key, name in names.items() if name}
    return {"id": chat.id, "type": chat.kind, **known, **forum}


def message_object(state: State, message: Message, *, deep: bool = True) -> Json:
    """A message with the one it answers, but not with what that one answers."""
    chat = state.chats[message.chat_id]
    return {
        **_identity(state, message),
        **_sender(state, chat, message),
        "chat": chat_object(state, chat),
        "date": int(message.at),
        **({"edit_date": int(message.current.at)} if len(message.versions) > 1 else {}),
        **_thread(message),
        **(_reply(state, chat, message) if deep else {}),
        **({"has_protected_content": True} if message.protected else {}),
        **({"forward_origin": message.origin} if message.origin else {}),
        **({"media_group_id": message.album_id} if message.album_id else {}),
        **(message.service if message.service is not None else _content(message)),
    }


def maybe_inaccessible(state: State, message: Message) -> Json:
    """The message of a pressed button; of a deleted one only the ids are left."""
    if not message.deleted:
        return message_object(state, message)
    chat = chat_object(state, state.chats[message.chat_id])
    return {**_identity(state, message), "chat": chat, "date": 0}


def _identity(state: State, message: Message) -> Json:
    if message.receiver_id is None:
        return {"message_id": message.id}
    receiver = user_object(state.person(message.receiver_id))
    return {"message_id": 0, "ephemeral_message_id": message.id, "receiver_user": receiver}


def _sender(state: State, chat: Chat, message: Message) -> Json:
    """A chat that speaks is told beside its stand-in, in a channel without one."""
    user = {"from": user_object(state.person(message.sender_id))}
    if chat.kind == "channel":
        return {"sender_chat": chat_object(state, chat)}
    if message.sender_chat_id is None:
        return user
    return {**user, "sender_chat": chat_object(state, state.chats[message.sender_chat_id])}


def _thread(message: Message) -> Json:
    if message.thread_id is None:
        return {}
    return {"message_thread_id": message.thread_id, "is_topic_message": True}


def _content(message: Message) -> Json:
    version = message.current
    if version.rich is not None:
        return _rich(version)
    optional = {
        "entities": [] if version.media else version.entities,
        "caption": version.text if version.media else "",
        "caption_entities": version.entities if version.media else [],
        "link_preview_options": version.link_preview,
        "reply_markup": version.markup,
    }
    content = version.media or {"text": version.text}
    return {**content, **{name: part for name, part in optional.items() if part}}


def _rich(version: Version) -> Json:
    """Simplified to paragraphs, whatever blocks it has."""
    lines = version.text.splitlines()
    blocks = [{"type": "paragraph", "text": line} for line in lines]
    markup = {"reply_markup": version.markup} if version.markup else {}
    return {"rich_message": {"blocks": blocks}, **markup}


def _reply(state: State, chat: Chat, message: Message) -> Json:
    # What answers nothing in a topic is told as an answer to the topic's first message.
    number = message.reply_to or message.thread_id
    if number is None or number == message.id:
        return {}
    answered = chat.messages[number]
    reply: Json = {"reply_to_message": message_object(state, answered, deep=False)}
    if message.quote:
        position = answered.current.text.find(message.quote)
        reply["quote"] = {"text": message.quote, "position": position, "is_manual": True}
    return reply
