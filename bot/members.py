"""Who may act: the configured admins and the members of the admin chat, as Telegram says.

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


class Standing(StrEnum):
    """What somebody is to us."""

    member = "member"
    stranger = "stranger"
    unknown = "unknown"


class Members:
    """Remembers who is in the admin chat; of more than MAX_KNOWN people the longest unseen go."""

    def __init__(
        self,
        bot: Bot,
        admin_chat: int | None,
        admins: tuple[int, ...],
        seconds: Callable[[], float],
    ) -> None:
        self._bot = bot
        self._admin_chat = admin_chat
        self._admins = frozenset(admins)
        self._seconds = seconds
        self._known: OrderedDict[int, tuple[Standing, float]] = OrderedDict()

    async def standing_of(self, user_id: int) -> Standing:
        if user_id in self._admins or user_id == self._admin_chat:
            return Standing.member
        if self._admin_chat is None:
            return Standing.stranger
        known, asked_at = self._known.get(user_id, (Standing.unknown, float("-inf")))
        if self._seconds() - asked_at < FRESH_SECONDS:
            return known
        asked = await self._ask(self._admin_chat, user_id)
        if asked is Standing.unknown:
            return known
        self._remember(user_id, asked)
        return asked

    def _remember(self, user_id: int, standing: Standing) -> None:
        self._known[user_id] = standing, self._seconds()
        self._known.move_to_end(user_id)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    async def _ask(self, chat_id: int, user_id: int) -> Standing:
        try:
            member = await self._bot.get_chat_member(chat_id, user_id, request_timeout=ASK_SECONDS)
        except TelegramBadRequest as error:
            if any(part in error.message.lower() for part in _NEVER_SEEN):
                return Standing.stranger
            return _unanswered(error)
        except AiogramError as error:
            return _unanswered(error)
        return Standing.member if _is_present(member) else Standing.stranger


def _unanswered(error: AiogramError) -> Standing:
    log.warning("cannot ask who is in the admin chat", reason=reason_of(error))
    return Standing.unknown


def _is_present(member: ResultChatMemberUnion) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _PRESENT
