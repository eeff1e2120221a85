"""State as the Bot API's JSON objects."""

from bot.simulator.state import Chat, Json, Member, Message, State, User

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


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


def own_object(user: User) -> Json:
    """The bot itself, with what only getMe tells."""
    return {
        **user_object(user),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_object(state: State, chat: Chat) -> Json:
    if chat.kind == "private":
        user = state.users[chat.id]
        names = {"first_name": user.first_name, "username": user.username}
    else:
        names = {"title": chat.title, "username": chat.username}
    return {"id": chat.id, "type": chat.kind} | {key: name for key, name in names.items() if name}


def full_chat_object(state: State, chat: Chat) -> Json:
    permissions = dict.fromkeys(PERMISSIONS, True)
    permissions["can_send_messages"] = chat.can_send_messages
    return {
        **chat_object(state, chat),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        **({} if chat.kind == "private" else {"permissions": permissions}),
    }


def message_object(state: State, message: Message, *, deep: bool = True) -> Json:
    """A message with the one it answers, but not with what that one answers."""
    chat = state.chats[message.chat_id]
    return {
        "message_id": message.id,
        "from": user_object(state.users[message.sender_id]),
        "chat": chat_object(state, chat),
        "date": int(message.at),
        **({"edit_date": int(message.current.at)} if len(message.versions) > 1 else {}),
        **(_reply(state, chat, message) if deep else {}),
        **({"has_protected_content": True} if message.protected else {}),
        **(message.service if message.service is not None else _content(message)),
    }


def maybe_inaccessible(state: State, message: Message) -> Json:
    """The message of a pressed button; of a deleted one only the ids are left."""
    if not message.deleted:
        return message_object(state, message)
    chat = chat_object(state, state.chats[message.chat_id])
    return {"message_id": message.id, "chat": chat, "date": 0}


def _content(message: Message) -> Json:
    version = message.current
    optional = {
        "entities": version.entities,
        "link_preview_options": version.link_preview,
        "reply_markup": version.markup,
    }
    return {"text": version.text, **{name: part for name, part in optional.items() if part}}


def _reply(state: State, chat: Chat, message: Message) -> Json:
    if message.reply_to is None:
        return {}
    answered = chat.messages[message.reply_to]
    reply: Json = {"reply_to_message": message_object(state, answered, deep=False)}
    if message.quote:
        position = answered.current.text.find(message.quote)
        reply["quote"] = {"text": message.quote, "position": position, "is_manual": True}
    return reply


def member_object(state: State, member: Member) -> Json:
    return {
        "user": user_object(state.users[member.user_id]),
        "status": member.status,
        **_standing(member),
    }


def _standing(member: Member) -> Json:
    match member.status:
        case "creator":
            return {"is_anonymous": False}
        case "administrator":
            rights = {name: name in member.rights for name in RIGHTS}
            return {"can_be_edited": False, "is_anonymous": False, **rights}
        case "restricted":
            permissions = {name: name in member.rights for name in PERMISSIONS}
            return {"is_member": True, "until_date": 0, **permissions}
        case "kicked":
            return {"until_date": 0}
    return {}
