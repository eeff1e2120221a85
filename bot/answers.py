"""Answers to presses and commands: sent once their transaction is committed, never undoing it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiogram.methods import TelegramMethod

from bot.errors import OutcomeUnknown
from bot.outlet import Outlet
from bot.pacing import Pacing
from core.errors import DeliveryError

ANSWER_SECONDS = 5
RETRY_WITHIN_SECONDS = 3.0
RETRY_PAUSE_SECONDS = 0.5

log = structlog.get_logger("bot.answers")

Answer = TelegramMethod[Any]


class Answers:
    """Sends what handlers return: at once, and once more if it surely did not arrive."""

    def __init__(self, outlet: Outlet, pacing: Pacing, seconds: Callable[[], float]) -> None:
        self._outlet = outlet
        self._pacing = pacing
        self._seconds = seconds

    async def send(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            try:
                await self._send(answer)
            except DeliveryError as error:
                method = answer.__api_method__
                log.warning("an answer was not delivered", method=method, reason=error.reason)

    async def _send(self, answer: Answer) -> None:
        started_at = self._seconds()
        try:
            await self._call(answer)
        except OutcomeUnknown:
            raise
        except DeliveryError as error:
            pause = error.retry_after or RETRY_PAUSE_SECONDS
            spent = self._seconds() - started_at
            if error.permanent or spent + pause > RETRY_WITHIN_SECONDS:
                raise
            await asyncio.sleep(pause)
            await self._call(answer)

    async def _call(self, answer: Answer) -> None:
        """Nobody who asked is kept waiting, but what goes into a chat is counted there."""
        chat_id = getattr(answer, "chat_id", None)
        if isinstance(chat_id, int):
            self._pacing.take(chat_id, self._seconds())
        await self._outlet.call(answer, ANSWER_SECONDS)
