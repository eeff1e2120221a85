"""The one way out to Telegram: what it refuses is mended if it can be, and translated."""

from dataclasses import dataclass
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import EditMessageText, ReopenForumTopic, SendMessage, TelegramMethod
from aiogram.types import ReplyParameters

from bot.content import Content
from bot.errors import OutcomeUnknown, delivery_error_of
from bot.features import PLAIN, suited
from bot.mending import mending_of
from core.errors import DeliveryError
from core.remedies import Remedy, Trouble
from core.tally import Tally

CREATE_SECONDS = 75  # below core.lanes.LEASE; a shorter one would leave more messages in doubt
EDIT_SECONDS = 15

log = structlog.get_logger("bot.outlet")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A new message; `topic_gone` when Telegram knows its topic no more and it is in General."""

    message_id: int
    topic_gone: bool = False


class Outlet:
    """Calls the Bot API, in the plain form until told which `features` its server has.

    Every method raises DeliveryError.
    """

    def __init__(self, bot: Bot, tally: Tally) -> None:
        self._bot = bot
        self._tally = tally
        self.features = PLAIN

    async def create(
        self,
        chat_id: int,
        content: Content,
        *,
        silent: bool,
        thread_id: int | None = None,
        answers: int | None = None,
    ) -> Sent:
        """Send a new message, maybe to a topic or as an answer to another message."""
        message = SendMessage(
            chat_id=chat_id,
            message_thread_id=thread_id,
            **content.as_kwargs(),
            disable_notification=silent or None,
            reply_parameters=_answer_to(answers) if answers else None,
        )
        mended: set[Remedy] = set()
        message_id = await self._new_message(message, mended)
        return Sent(message_id, Remedy.general in mended)

    async def _new_message(self, message: SendMessage, mended: set[Remedy]) -> int:
        """Send it; returns its id, even if that is all that can be read of the answer."""
        try:
            sent = await self._call(message, CREATE_SECONDS, mended)
        except OutcomeUnknown as unknown:
            if unknown.message_id is None:
                raise
            return unknown.message_id
        except DeliveryError as refused:
            if refused.remedy is not Remedy.reopen:
                raise
            # General itself is closed: nothing gets into the chat.
            reason = refused.reason
            raise DeliveryError(reason, Remedy.disable, trouble=Trouble.rights) from refused
        if sent is None:
            raise DeliveryError("Telegram took a new message for an unchanged one")
        return sent.message_id

    async def edit(self, chat_id: int, message_id: int, content: Content) -> None:
        """Have a message show this; that it does already is fine."""
        change = EditMessageText(chat_id=chat_id, message_id=message_id, **content.as_kwargs())
        try:
            await self.call(change, EDIT_SECONDS)
        except DeliveryError as refused:
            if refused.remedy is not Remedy.reopen:
                raise
            # A new message can go elsewhere.
            raise DeliveryError(refused.reason, Remedy.repost) from refused

    async def call(self, method: TelegramMethod[T], timeout_seconds: int) -> T | None:
        """Make a call, mended if need be; None when it would change nothing."""
        return await self._call(method, timeout_seconds, set())

    async def _call(
        self, method: TelegramMethod[T], timeout_seconds: int, tried: set[Remedy]
    ) -> T | None:
        """Make a call; what it took to have it pass is added to what was tried."""
        method = suited(method, self.features)
        while True:
            try:
                result = await self._bot(method, request_timeout=timeout_seconds)
            except AiogramError as error:
                refused = delivery_error_of(error)
                self._count(method, refused.remedy if refused else Remedy.nothing)
            else:
                self._count(method, "done")
                return result
            if refused is None:
                return None
            mended = None if refused.remedy in tried else await self._mended(method, refused)
            if mended is None:
                raise refused
            tried.add(refused.remedy)
            method = mended

    def _count(self, method: TelegramMethod[T], outcome: str) -> None:
        self._tally.count_call(method.__api_method__, outcome)

    async def _mended(
        self, method: TelegramMethod[T], refused: DeliveryError
    ) -> TelegramMethod[T] | None:
        """Change a call so that it can pass; None when nothing of it can be changed."""
        if refused.remedy is Remedy.reopen and await self._reopened(method):
            return method
        mended = mending_of(method, refused.remedy)
        if mended:
            log.warning("a call is sent otherwise", how=refused.remedy, reason=refused.reason)
        return mended

    async def _reopened(self, method: TelegramMethod[T]) -> bool:
        """Reopen the topic that a call is for; only an admin of the topics can."""
        chat_id = getattr(method, "chat_id", None)
        thread_id = getattr(method, "message_thread_id", None)
        if chat_id is None or thread_id is None:
            return False
        reopen = ReopenForumTopic(chat_id=chat_id, message_thread_id=thread_id)
        try:
            await self._bot(reopen, request_timeout=EDIT_SECONDS)
        except AiogramError as error:
            refused = delivery_error_of(error)
            return refused is None
        return True


def _answer_to(message_id: int) -> ReplyParameters:
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)
