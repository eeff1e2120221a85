"""Answers in a group that only the one who asked sees, where the server can show them so."""

from typing import Any

from aiogram.methods import EditEphemeralMessageText, SendMessage, TelegramMethod
from aiogram.types import (
    CallbackQuery,
    EphemeralMessageParameters,
    InaccessibleMessage,
    Message,
)

from bot.rights import ANONYMOUS


def whisper(message: Message, text: str, **rest: Any) -> SendMessage:
    """Answer a message for its writer alone; without a writer that is known, for all."""
    return message.answer(text, ephemeral_message_parameters=_writer_of(message), **rest)


def own_message(query: CallbackQuery) -> Message | None:
    """The message of the button; Telegram keeps back the old and the deleted ones."""
    message = query.message
    return None if isinstance(message, InaccessibleMessage) else message


def redrawn(query: CallbackQuery, **content: Any) -> TelegramMethod[Any] | None:
    """Change the message of a button, whispered or not, if Telegram shows it."""
    message = own_message(query)
    if message is None:
        return None
    if message.ephemeral_message_id is None:
        return message.edit_text(**content)
    return EditEphemeralMessageText(
        chat_id=message.chat.id,
        receiver_user_id=query.from_user.id,
        ephemeral_message_id=message.ephemeral_message_id,
        **content,
    )


def _writer_of(message: Message) -> EphemeralMessageParameters | None:
    user = message.from_user
    if message.chat.type == "private" or user is None or user.id in ANONYMOUS:
        return None
    return EphemeralMessageParameters(receiver_user_id=user.id)
