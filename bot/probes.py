"""Looks now and then whether a chat that refused us takes messages again; nobody hears it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SendChatAction

from bot.errors import delivery_error_of
from core import chat_health
from core.db import Database

EVERY_SECONDS = 15 * 60
ASK_SECONDS = 10

log = structlog.get_logger("bot.probes")


class Probes:
    """Asks every disabled chat by a sign of typing, which needs the right to write."""

    def __init__(self, bot: Bot, database: Database, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # the next look must come, whatever ails the database
                log.exception("cannot look after the chats")
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
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
            await chat_health.enable(session, chat_id)
