"""Handles stored updates: each once, in the order of its lane, lanes beside each other.

An update is claimed and handled in one transaction; only then are the answers sent that its
handler returned. What fails is tried again later by whoever looks then; see core.inbox.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from aiogram import Bot, Dispatcher
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import Update
from pydantic import ValidationError

from bot import toasts
from bot.answers import Answer, Answers, answers_in
from bot.errors import redacted
from bot.lanes import Lanes
from bot.rights import Rights, asked_by
from bot.whispers import whisper
from core import inbox, incidents
from core.bell import Bell
from core.db import Database
from core.i18n import locale_of, translator_of
from core.models import Update as StoredUpdate

MAX_LANES = 16
LOOK_AGAIN_SECONDS = 1.0
TAKEN_PAUSE_SECONDS = 0.2
UNRECORDED_PAUSE_SECONDS = 1.0
FINISH_SECONDS = 8.0

log = structlog.get_logger("bot.inbox")


class InboxWorker:
    """Takes what waits in the inbox whenever the bell rings."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        database: Database,
        *,
        rights: Rights,
        answers: Answers,
        arrived: Bell,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._database = database
        self._rights = rights
        self._answers = answers
        self._arrived = arrived
        self._clock = clock
        self._lanes = Lanes(MAX_LANES, arrived)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`, then finish what is in hand."""
        while not self._stopping.is_set():
            try:
                await self._start_due()
            except Exception:  # the inbox must outlive a database that is away
                log.exception("cannot read the inbox")
            await self._arrived.wait(LOOK_AGAIN_SECONDS)
        await self._lanes.finish(FINISH_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        self._arrived.ring()

    async def _start_due(self) -> None:
        if self._lanes.free == 0:
            return
        async with self._database.reading() as session:
            rows = await inbox.due(
                session,
                self._clock(),
                self._bot.id,
                except_lanes=self._lanes.busy,
                limit=self._lanes.free,
            )
        for row in rows:
            if not self._stopping.is_set():
                self._lanes.start(row.lane, self._handle(row))

    async def _handle(self, row: StoredUpdate) -> None:
        try:
            update = Update.model_validate(json.loads(row.body), context={"bot": self._bot})
        except ValidationError as error:
            log.exception("an update cannot be read", update_id=row.update_id)
            await self._set_failed(row, str(error), final=True)
            return
        try:
            answers = await self._feed(row, update)
        except Exception as error:  # the next update must go on
            log.exception("handling an update failed", update_id=row.update_id)
            set_aside = await self._set_failed(row, redacted(repr(error)))
            answers = apology_to(update, self._bot.id) if set_aside else []
        await self._answers.send(self._in_time(row, answers))

    async def _feed(self, row: StoredUpdate, update: Update) -> Sequence[Answer]:
        # Asking Telegram comes first: no transaction waits for the network.
        right = await self._rights.of(update, self._bot.id)
        async with self._database.writing() as session:
            if claimed := await inbox.claim(session, row.id):
                returned = await self._dispatcher.feed_update(
                    self._bot,
                    update,
                    session=session,
                    now=self._clock(),
                    right=right,
                    pressed_at=row.received_at,
                )
        if not claimed:
            # Another process has this lane in hand, and will go on with it.
            await asyncio.sleep(TAKEN_PAUSE_SECONDS)
            return []
        return answers_in(returned)

    def _in_time(self, row: StoredUpdate, answers: Sequence[Answer]) -> Sequence[Answer]:
        """Leave out the answer to a late press: nobody waits for it any longer."""
        if self._clock() - row.received_at <= incidents.LATE:
            return answers
        return [answer for answer in answers if not isinstance(answer, AnswerCallbackQuery)]

    async def _set_failed(self, row: StoredUpdate, error: str, *, final: bool = False) -> bool:
        """Record a failure; whether the update is set aside now."""
        try:
            async with self._database.writing() as session:
                return await inbox.failed(session, self._clock(), row.id, error, final=final)
        except Exception:  # the update still waits, and is tried again
            log.exception("cannot record a failed update", update_id=row.update_id)
            await asyncio.sleep(UNRECORDED_PAUSE_SECONDS)
            return False


def apology_to(update: Update, bot_id: int) -> Sequence[Answer]:
    """A press that could not be done is still answered, and so is what was said to the bot."""
    asked = asked_by(update, bot_id)
    if asked is None:
        return []
    text = toasts.failed(translator_of(locale_of(asked[0].language_code, "en")))
    if query := update.callback_query:
        return [AnswerCallbackQuery(callback_query_id=query.id, text=text)]
    return [whisper(update.message, text)] if update.message else []
