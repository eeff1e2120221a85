"""Rights, members and what getChat tells, as the Bot API names them."""

from bot.simulator.api.objects import chat_object, message_object, user_object
from bot.simulator.state import Chat, Json, Member, State

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


def full_chat_object(state: State, chat: Chat) -> Json:
    permissions = dict.fromkeys(PERMISSIONS, True)
    permissions["can_send_messages"] = chat.can_send_messages
    return {
        **chat_object(state, chat),
        **_pinned(state, chat),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        **({} if chat.kind == "private" else {"permissions": permissions}),
    }


def _pinned(state: State, chat: Chat) -> Json:
    """The newest pinned message that is still there."""
    known = (message for number in reversed(chat.pinned) if (message := chat.found(number)))
    message = next(known, None)
    return {"pinned_message": message_object(state, message, deep=False)} if message else {}


def member_object(state: State, member: Member) -> Json:
    return {
        "user": user_object(state.person(member.user_id)),
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
