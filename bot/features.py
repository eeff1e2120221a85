"""What came late to the Bot API, whether this server has it, and how it is done without.

Messages are always made in their full form; what the server lacks is left out on the way.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteEphemeralMessage, EditMessageReplyMarkup, TelegramMethod
from aiogram.types import (
    CopyTextButton,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)

ASK_SECONDS = 5
_SOMETHING = CopyTextButton(text="?")

log = structlog.get_logger("bot")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Features:
    """What a Bot API server knows of what is not a must."""

    ephemeral: bool = False
    styles: bool = False
    disabled: bool = False
    copying: bool = False


PLAIN = Features()


async def find_features(bot: Bot) -> Features:
    """Find out by calls that can do nothing: about messages of a chat that the bot has not got.

    A server looks at the method and the keyboard before it looks for the chat, so how it refuses
    tells what it knows. What it does not tell counts as missing.
    """
    ephemeral, style, disabled, copying = await asyncio.gather(
        _refusal_of(
            bot,
            DeleteEphemeralMessage(chat_id=bot.id, receiver_user_id=bot.id, ephemeral_message_id=1),
        ),
        _refusal_of(bot, _edit(bot, InlineKeyboardButton(text="?", callback_data="?", style="?"))),
        _refusal_of(bot, _edit(bot, InlineKeyboardButton(text="?", disabled=DisabledButton()))),
        _refusal_of(bot, _edit(bot, InlineKeyboardButton(text="?", copy_text=_SOMETHING))),
    )
    found = Features(
        ephemeral=bool(ephemeral),
        styles="style" in style,
        disabled=bool(disabled) and "button" not in disabled,
        copying=bool(copying) and "button" not in copying,
    )
    log.info("telegram's server was asked what it knows", **_told(found))
    return found


def suited(method: TelegramMethod[T], features: Features) -> TelegramMethod[T]:
    """Make of a call what the server can do; the very call if it can do all of it."""
    changes: dict[str, Any] = {}
    if not features.ephemeral and is_ephemeral(method):
        changes["ephemeral_message_parameters"] = None
    keyboard = getattr(method, "reply_markup", None)
    if isinstance(keyboard, InlineKeyboardMarkup):
        known = _known(keyboard, features)
        if known != keyboard:
            changes["reply_markup"] = known
    return method.model_copy(update=changes) if changes else method


def is_ephemeral(method: TelegramMethod[Any]) -> bool:
    return getattr(method, "ephemeral_message_parameters", None) is not None


def made_public(method: TelegramMethod[T]) -> TelegramMethod[T]:
    """Make of an answer for one member one for the whole chat."""
    return method.model_copy(update={"ephemeral_message_parameters": None})


def _known(keyboard: InlineKeyboardMarkup, features: Features) -> InlineKeyboardMarkup | None:
    rows = [
        [
            button if features.styles else button.model_copy(update={"style": None})
            for button in row
            if _is_known(button, features)
        ]
        for row in keyboard.inline_keyboard
    ]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=kept) if kept else None


def _is_known(button: InlineKeyboardButton, features: Features) -> bool:
    return (features.disabled or not button.disabled) and (features.copying or not button.copy_text)


def _edit(bot: Bot, button: InlineKeyboardButton) -> EditMessageReplyMarkup:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    return EditMessageReplyMarkup(chat_id=bot.id, message_id=1, reply_markup=keyboard)


async def _refusal_of(bot: Bot, method: TelegramMethod[Any]) -> str:
    """Read why a call is refused; nothing when that is no answer to the question."""
    try:
        await bot(method, request_timeout=ASK_SECONDS)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        return error.message.lower()
    except AiogramError:
        pass
    return ""


def _told(found: Features) -> dict[str, bool]:
    return {name: getattr(found, name) for name in Features.__slots__}
