"""What Telegram's refusals mean for delivery. The token never gets into an error's text."""

import re

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from core.errors import DeliveryError

REASON_CHARS = 300
_TOKEN = re.compile(r"bot\d+:[\w-]+")

# Parts of Telegram's descriptions, lower case; texts and codes differ between server versions.
_NOT_MODIFIED = "message is not modified"
_MESSAGE_LOST = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
_CHAT_LOST = (
    "chat not found",
    "not enough rights",
    "need administrator rights",
    "have no write access",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "group chat was deleted",
    "bot was kicked",
    "bot is not a member",
    "peer_id_invalid",
    "user_is_blocked",
)


class OutcomeUnknown(DeliveryError):
    """The call may have been applied, or not: no answer, or one that says neither."""


class TokenRefused(DeliveryError):
    """Telegram does not know this token; no call of this bot can succeed."""


def redacted(text: object) -> str:
    """Take the bot's token out of a text that is to be shown."""
    return _TOKEN.sub("bot<token>", str(text))


def reason_of(error: Exception) -> str:
    """Say in one short line what went wrong."""
    return redacted(getattr(error, "message", error)).partition("\n")[0][:REASON_CHARS]


def delivery_error_of(error: AiogramError) -> DeliveryError | None:
    """Translate a failed call; None when Telegram already shows just what was sent."""
    reason = reason_of(error)
    result: DeliveryError | None = OutcomeUnknown(reason)
    match error:
        case TelegramRetryAfter():
            result = DeliveryError(reason, retry_after=error.retry_after)
        case TelegramMigrateToChat():
            new_chat_id = error.migrate_to_chat_id
            result = DeliveryError(reason, permanent=True, new_chat_id=new_chat_id)
        case TelegramUnauthorizedError():
            result = TokenRefused(reason)
        case TelegramForbiddenError():
            result = DeliveryError(reason, permanent=True, chat_lost=True)
        case TelegramBadRequest():
            result = _of_bad_request(reason)
        case TelegramNotFound() | TelegramConflictError() | TelegramEntityTooLarge():
            result = DeliveryError(reason, permanent=True)
        case _ if isinstance(error.__cause__, ClientConnectorError):
            result = DeliveryError(reason)
    return result


def _of_bad_request(reason: str) -> DeliveryError | None:
    text = reason.lower()
    if _NOT_MODIFIED in text:
        return None
    return DeliveryError(
        reason,
        permanent=True,
        message_lost=any(part in text for part in _MESSAGE_LOST),
        chat_lost=any(part in text for part in _CHAT_LOST),
    )
