"""Takes a card's second message away, once a press has shown that there are two."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.methods import DeleteMessage, EditMessageText
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject

from bot.answers import Answer, answers_in
from bot.callbacks import CARD_PRESSES
from core import duplicates
from core.i18n import Translator

DELETABLE = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage

Pressed = Message | InaccessibleMessage
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Duplicates(BaseMiddleware):
    """Lets the press do what it does, then looks whose message it was."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        query = cast("CallbackQuery", event)
        answers = answers_in(await handler(event, data))
        press = data.get("callback_data")
        if query.message is None or not isinstance(press, CARD_PRESSES):
            return answers
        superseded = await duplicates.superseded(
            data["session"],
            data["now"],
            press.incident_id,
            query.message.chat.id,
            query.message.message_id,
            getattr(press, "generation", None),
        )
        if superseded is None:
            return answers
        return [*answers, _away(query.message, superseded, data["now"], data["t"])]


def _away(pressed: Pressed, message_id: int, now: datetime, t: Translator) -> Answer:
    """Delete a message; one that is too old for that says what it is."""
    if message_id == pressed.message_id and not _is_deletable(pressed, now):
        text = t("This card has a newer message below.")
        return EditMessageText(chat_id=pressed.chat.id, message_id=message_id, text=text)
    return DeleteMessage(chat_id=pressed.chat.id, message_id=message_id)


def _is_deletable(message: Pressed, now: datetime) -> bool:
    return not isinstance(message, InaccessibleMessage) and now - message.date <= DELETABLE
