"""Every simulated method by its name; what is not here does not exist."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator.api.params import Params
from bot.simulator.methods.answering import answer_callback_query
from bot.simulator.methods.chats import (
    get_chat,
    get_chat_administrators,
    get_chat_member,
    get_chat_member_count,
    leave_chat,
)
from bot.simulator.methods.copying import copy_message, forward_message
from bot.simulator.methods.deleting import delete_message, delete_messages
from bot.simulator.methods.editing import (
    edit_message_caption,
    edit_message_reply_markup,
    edit_message_text,
)
from bot.simulator.methods.ephemeral import (
    delete_ephemeral_message,
    edit_ephemeral_message_reply_markup,
    edit_ephemeral_message_text,
)
from bot.simulator.methods.inline import answer_inline_query, answer_web_app_query
from bot.simulator.methods.marking import (
    pin_chat_message,
    set_message_reaction,
    unpin_chat_message,
)
from bot.simulator.methods.me import delete_my_commands, get_me, get_my_commands, set_my_commands
from bot.simulator.methods.media import get_file, send_document, send_media_group, send_photo
from bot.simulator.methods.menu import get_chat_menu_button, set_chat_menu_button
from bot.simulator.methods.polling import get_updates
from bot.simulator.methods.sending import send_chat_action, send_message, send_rich_message
from bot.simulator.methods.topics import (
    close_forum_topic,
    create_forum_topic,
    delete_forum_topic,
    edit_forum_topic,
    get_forum_topic_icon_stickers,
    reopen_forum_topic,
)
from bot.simulator.methods.webhook import delete_webhook, get_webhook_info, set_webhook
from bot.simulator.settings import Feature
from bot.simulator.state import Bot
from bot.simulator.world import World

Method = Callable[[World, Bot, Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendMediaGroup": send_media_group,
    "getFile": get_file,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editEphemeralMessageText": edit_ephemeral_message_text,
    "editEphemeralMessageReplyMarkup": edit_ephemeral_message_reply_markup,
    "deleteEphemeralMessage": delete_ephemeral_message,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerWebAppQuery": answer_web_app_query,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "getForumTopicIconStickers": get_forum_topic_icon_stickers,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
NEEDED: dict[str, Feature] = {
    "sendRichMessage": "rich_messages",
    "editEphemeralMessageText": "ephemeral",
    "editEphemeralMessageReplyMarkup": "ephemeral",
    "deleteEphemeralMessage": "ephemeral",
}
_NAMES = {name.lower(): name for name in METHODS}


def proper_name(name: str) -> str | None:
    """Method names are not case-sensitive."""
    return _NAMES.get(name.lower())
