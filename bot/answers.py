"""Answers to presses and commands: sent once their transaction is committed, never undoing it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from aiogram.methods import TelegramMethod

from bot.errors import OutcomeUnknown
from bot.features import is_ephemeral, made_public
from bot.outlet import Outlet
from bot.turnstile import Turnstile
from core import lanes
from core.db import Database
from core.errors import DeliveryError
from core.pace import Paces

ANSWER_SECONDS = 5
RETRY_WITHIN = timedelta(seconds=3)
RETRY_PAUSE = timedelta(seconds=0.5)

log = structlog.get_logger("bot.answers")

Answer = TelegramMethod[Any]


class Answers:
    """Sends what handlers return: at once, and once more if it surely did not arrive."""

    def __init__(
        self, outlet: Outlet, database: Database, paces: Paces, clock: Callable[[], datetime]
    ) -> None:
        self._outlet = outlet
        self._database = database
        self._paces = paces
        self._turnstile = Turnstile(paces.answers)
        self._clock = clock

    async def send(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            try:
                await self._send(answer)
            except DeliveryError as error:
                method = answer.__api_method__
                log.warning("an answer was not delivered", method=method, reason=error.reason)

    async def _send(self, answer: Answer) -> None:
        started_at = self._clock()
        try:
            await self._call(answer)
        except OutcomeUnknown:
            raise
        except DeliveryError as error:
            if error.permanent and is_ephemeral(answer):
                # Only an administrator may whisper to whoever asked by an ordinary message.
                await self._call(made_public(answer))
                return
            pause = timedelta(seconds=error.retry_after) if error.retry_after else RETRY_PAUSE
            spent = self._clock() - started_at
            if error.permanent or spent + pause > RETRY_WITHIN:
                raise
            await asyncio.sleep(pause.total_seconds())
            await self._call(answer)

    async def _call(self, answer: Answer) -> None:
        """Nobody who asked waits for cards, but what goes into a chat is counted there."""
        chat_id = getattr(answer, "chat_id", None)
        if isinstance(chat_id, int):
            async with self._database.writing() as session:
                await lanes.count_answer(session, self._clock(), self._paces, chat_id)
        await self._turnstile.wait()
        try:
            await self._outlet.call(answer, ANSWER_SECONDS)
        except DeliveryError as error:
            if isinstance(chat_id, int) and error.retry_after:
                await self._hold_back(chat_id, error.retry_after)
            raise

    async def _hold_back(self, chat_id: int, seconds: float) -> None:
        """What waits for a chat that refuses answers waits longer."""
        async with self._database.writing() as session:
            await lanes.refused_in(session, self._clock(), self._paces, chat_id, seconds)


def answers_in(returned: object) -> Sequence[Answer]:
    """Read what a handler returned: one call, several, or nothing."""
    if isinstance(returned, TelegramMethod):
        return [returned]
    return cast("list[Answer]", returned) if isinstance(returned, list) else []
