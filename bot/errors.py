"""The error catalogue: what each refusal of Telegram asks for. No token gets into an error's text.

Parts of Telegram's descriptions are looked for, in any case: texts and codes differ between server
versions. What is not in the catalogue is given up, and people see it.
"""

import re

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from core.errors import DeliveryError
from core.remedies import Remedy, Trouble

REASON_CHARS = 300
_SENT = re.compile(r'\s*\{"ok":\s*true,\s*"result":\s*\{"message_id":\s*(\d+)\D')
_NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError)
_TOKEN = re.compile(r"bot\d+:[\w-]+")

# The first that matches counts.
_CATALOGUE: tuple[tuple[Remedy | Trouble, tuple[str, ...]], ...] = (
    (
        Remedy.nothing,
        (
            "message is not modified",
            "topic_not_modified",
            "query is too old",
            "query id is invalid",
            "message can't be deleted",
            "message to delete not found",
        ),
    ),
    (
        Remedy.repost,
        (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "there is no text in the message to edit",
        ),
    ),
    (Remedy.unquote, ("message to be replied not found", "message to reply not found")),
    (
        Remedy.general,
        (
            "message thread not found",
            "topic_deleted",
            "topic_id_invalid",
            "not enough rights to create a topic",
            "not enough rights to edit the topic",
            "the chat is not a forum",
            "the chat is not a supergroup forum",
        ),
    ),
    (Remedy.reopen, ("topic_closed",)),
    (Remedy.plain, ("can't parse entities",)),
    (Remedy.shorten, ("is too long", "message_too_long")),
    (
        Remedy.unbutton,
        (
            "button_",
            "can't parse",
            "text buttons are",
            "invalid button style",
            "inline keyboard button url",
        ),
    ),
    (
        Trouble.removed,
        (
            "bot was kicked",
            "bot is not a member",
            "chat was deleted",
            "channel_private",
            "chat_forbidden",
        ),
    ),
    (
        Trouble.blocked,
        (
            "bot was blocked",
            "user_is_blocked",
            "user is deactivated",
            "user_deactivated",
            "can't initiate conversation",
            "can't send messages to the bot",
            "can't send messages to bots",
        ),
    ),
    (Trouble.missing, ("chat not found", "peer_id_invalid", "chat_id_invalid")),
    (
        Trouble.rights,
        (
            "not enough rights",
            "need administrator rights",
            "have no write access",
            "have no rights to send",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_admin_required",
        ),
    ),
    (Remedy.stop, ("unallowed token",)),
    # aiogram takes a wait of 0 seconds for none.
    (Remedy.repeat, ("too many requests",)),
)
# It is the keyboard that is too long, not the text.
_LONG_KEYBOARD = "reply markup is too long"


class OutcomeUnknown(DeliveryError):
    """The call may have been applied, or not: no answer, or one that says neither.

    `message_id` is what could still be read of an answer that could not be read as a whole.
    """

    def __init__(self, reason: str, message_id: int | None = None) -> None:
        super().__init__(reason, Remedy.unknown)
        self.message_id = message_id


class TokenRefused(DeliveryError):
    """Telegram does not know this token; no call of this bot can succeed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, Remedy.stop)


def redacted(text: object) -> str:
    """Take the bot's token out of a text that is to be shown."""
    return _TOKEN.sub("bot<token>", str(text))


def reason_of(error: Exception) -> str:
    """Say in one short line what went wrong."""
    return redacted(getattr(error, "message", error)).partition("\n")[0][:REASON_CHARS]


def delivery_error_of(error: AiogramError) -> DeliveryError | None:
    """Translate a failed call; None when nothing is left to do about it."""
    reason = reason_of(error)
    result: DeliveryError | None = OutcomeUnknown(reason)
    match error:
        case ClientDecodeError():
            result = OutcomeUnknown(reason, _message_id_in(error.data))
        case TelegramRetryAfter():
            result = DeliveryError(reason, Remedy.wait, retry_after=error.retry_after)
        case TelegramMigrateToChat():
            result = DeliveryError(reason, Remedy.move, new_chat_id=error.migrate_to_chat_id)
        case TelegramUnauthorizedError():
            result = TokenRefused(reason)
        case TelegramForbiddenError():
            result = _of_text(reason, Trouble.refused)
        case TelegramNotFound() | TelegramConflictError() | TelegramEntityTooLarge():
            result = DeliveryError(reason, Remedy.give_up)
        case TelegramNetworkError() if isinstance(error.__cause__, _NEVER_SENT):
            result = DeliveryError(reason)
        case TelegramNetworkError() | TelegramServerError():
            pass
        case TelegramAPIError():
            result = _of_text(reason, Remedy.give_up)
    return result


def _message_id_in(answer: object) -> int | None:
    """Read a new message's id from an answer that is cut off or of a shape we do not know."""
    if isinstance(answer, dict) and answer.get("ok") and isinstance(answer.get("result"), dict):
        found = answer["result"].get("message_id")
        return found if isinstance(found, int) else None
    cut_off = _SENT.match(answer) if isinstance(answer, str) else None
    return int(cut_off[1]) if cut_off else None


def _of_text(reason: str, otherwise: Remedy | Trouble) -> DeliveryError | None:
    found = _found_in(reason.lower()) or otherwise
    if isinstance(found, Trouble):
        return DeliveryError(reason, Remedy.disable, trouble=found)
    if found is Remedy.stop:
        return TokenRefused(reason)
    return None if found is Remedy.nothing else DeliveryError(reason, found)


def _found_in(text: str) -> Remedy | Trouble | None:
    if _LONG_KEYBOARD in text:
        return Remedy.unbutton
    return next((found for found, parts in _CATALOGUE if any(part in text for part in parts)), None)
