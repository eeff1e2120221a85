"""Who is in a chat, as Telegram says.

An answer holds for a minute. When Telegram cannot be asked the last answer counts, however old.
"""

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import ChatMemberRestricted, ResultChatMemberUnion

from bot.errors import reason_of

FRESH_SECONDS = 60.0
MAX_KNOWN = 10_000
ASK_SECONDS = 5
_PRESENT = {"creator", "administrator", "member"}
_NEVER_SEEN = ("user not found", "member not found", "participant_id_invalid", "user_id_invalid")

log = structlog.get_logger("bot.members")


class Presence(StrEnum):
    """Whether somebody is in a chat."""

    inside = "inside"
    outside = "outside"
    unknown = "unknown"


class Members:
    """Remembers who is where; of more than MAX_KNOWN answers the oldest go."""

    def __init__(self, bot: Bot, seconds: Callable[[], float]) -> None:
        self._bot = bot
        self._seconds = seconds
        self._known: OrderedDict[tuple[int, int], tuple[Presence, float]] = OrderedDict()

    async def presence_of(self, user_id: int, chat_id: int) -> Presence:
        if chat_id > 0:
            # A private chat has the id of the one person in it.
            return Presence.inside if chat_id == user_id else Presence.outside
        unasked = (Presence.unknown, float("-inf"))
        known, asked_at = self._known.get((chat_id, user_id), unasked)
        if self._seconds() - asked_at < FRESH_SECONDS:
            return known
        asked = await self._ask(chat_id, user_id)
        if asked is Presence.unknown:
            return known
        self.remember(user_id, chat_id, asked)
        return asked

    def remember(self, user_id: int, chat_id: int, presence: Presence) -> None:
        key = (chat_id, user_id)
        self._known[key] = presence, self._seconds()
        self._known.move_to_end(key)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    async def _ask(self, chat_id: int, user_id: int) -> Presence:
        try:
            member = await self._bot.get_chat_member(chat_id, user_id, request_timeout=ASK_SECONDS)
        except TelegramBadRequest as error:
            if any(part in error.message.lower() for part in _NEVER_SEEN):
                return Presence.outside
            return _unanswered(chat_id, error)
        except AiogramError as error:
            return _unanswered(chat_id, error)
        return Presence.inside if is_present(member) else Presence.outside


def is_present(member: ResultChatMemberUnion) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _PRESENT


def _unanswered(chat_id: int, error: AiogramError) -> Presence:
    log.warning("cannot ask who is in a chat", chat=chat_id, reason=reason_of(error))
    return Presence.unknown
