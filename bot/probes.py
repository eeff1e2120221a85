"""Looks now and then whether Telegram is back, and whether chats that refused us take messages
again; nobody hears it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SendChatAction

from bot.errors import delivery_error_of
from core import alarms, chat_health, outages
from core.db import Database

EVERY_SECONDS = 60
LOOKS_BETWEEN_ROUNDS = 15
ASK_SECONDS = 10

log = structlog.get_logger("bot.probes")


class Probes:
    """Asks for the bot's name while Telegram is away, and disabled chats every 15 minutes."""

    def __init__(self, bot: Bot, database: Database, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        looks = 0
        while True:
            try:
                await self.see_who_is_back()
                if looks % LOOKS_BETWEEN_ROUNDS == 0:
                    await self.ask_disabled()
            except Exception:  # the next look must come, whatever ails the database
                log.exception("cannot look after the chats")
            looks += 1
            await asyncio.sleep(EVERY_SECONDS)

    async def see_who_is_back(self) -> None:
        """While chats cannot be reached, or the token is refused: see whether that is over."""
        async with self._database.reading() as session:
            away = await outages.any_away(session, self._clock())
            away = away or await alarms.token_is_refused(session)
        if not away:
            return
        try:
            await self._bot.get_me(request_timeout=ASK_SECONDS)
        except AiogramError:
            return
        async with self._database.writing() as session:
            await alarms.note_token_accepted(session)
            await outages.hurry(session, self._clock())

    async def ask_disabled(self) -> None:
        """Ask every disabled chat by a sign of typing, which needs the right to write."""
        async with self._database.reading() as session:
            chats = await chat_health.disabled_chats(session)
        for chat_id in chats:
            await self._ask(chat_id)

    async def _ask(self, chat_id: int) -> None:
        sign = SendChatAction(chat_id=chat_id, action="typing")
        try:
            await self._bot(sign, request_timeout=ASK_SECONDS)
        except AiogramError as error:
            refused = delivery_error_of(error)
            if refused:
                async with self._database.writing() as session:
                    await chat_health.take_refusal(session, self._clock(), chat_id, refused)
            return
        log.info("a chat takes messages again", chat=chat_id)
        async with self._database.writing() as session:
            await chat_health.enable(session, self._clock(), chat_id)
