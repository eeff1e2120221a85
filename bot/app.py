"""The bot put together: routers into a dispatcher, and the parts that run into one object."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import structlog
from aiogram import Dispatcher, Router
from aiogram.exceptions import TelegramUnauthorizedError

from bot.answers import Answers
from bot.card_delivery import Cards
from bot.client import make_bot
from bot.duplicates import Duplicates
from bot.errors import reason_of
from bot.features import find_features
from bot.handlers_chats import chats_router
from bot.handlers_claim import Announce, claim_router, offer_claim
from bot.handlers_commands import commands_router
from bot.handlers_comments import comments_router
from bot.handlers_login import login_router
from bot.handlers_menus import menus_router
from bot.handlers_presses import presses_router
from bot.handlers_roles import roles_router
from bot.handlers_setup import setup_router
from bot.handlers_silences import silences_router
from bot.handlers_storms import storms_router
from bot.inbox_worker import InboxWorker
from bot.introduction import choose_way, decorate, introduce, keep_webhook
from bot.members import Members
from bot.messenger import Messenger
from bot.middlewares import CommandAccess, PressAccess
from bot.notice_delivery import Notices
from bot.outlet import Outlet
from bot.probes import Probes
from bot.receiver import Receiver
from bot.rights import Rights
from bot.storm_delivery import Storms
from core import alarms, delivery
from core.clock import utc_now
from core.db import Database
from core.leadership import lead
from core.pace import paces_of
from core.presence import Presence
from core.settings import Settings
from core.tally import Tally

MAX_PAUSE = timedelta(minutes=1)

log = structlog.get_logger("bot")


def build_dispatcher(settings: Settings, members: Members) -> Dispatcher:
    """Put the routers together; a handler's error goes to whoever feeds the update."""
    dispatcher = Dispatcher(disable_fsm=True, settings=settings, members=members)
    people = Router(name="people")
    people.callback_query.middleware(PressAccess(settings))
    people.callback_query.middleware(Duplicates())
    people.message.middleware(CommandAccess(settings))
    people.include_routers(
        menus_router(),
        storms_router(),
        presses_router(),
        comments_router(),
        login_router(),
        silences_router(),
        roles_router(),
        commands_router(),
    )
    dispatcher.include_routers(chats_router(), claim_router(), setup_router(), people)
    return dispatcher


class Telegram:
    """Everything that talks to Telegram. Raises SettingsError for settings without a token."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        announce: Announce,
        clock: Callable[[], datetime] = utc_now,
        seconds: Callable[[], float] = time.monotonic,
        tally: Tally | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._announce = announce
        self._bot = make_bot(settings)
        paces = paces_of(settings)
        self._outlet = outlet = Outlet(self._bot, tally or Tally())
        members = Members(self._bot, seconds)
        self._receiver = Receiver(self._bot, database, database.update_arrived, paces, clock)
        self._worker = InboxWorker(
            self._bot,
            build_dispatcher(settings, members),
            database,
            rights=Rights(members, database, settings),
            answers=Answers(outlet, database, paces, clock),
            arrived=database.update_arrived,
            clock=clock,
        )
        self._messenger = Messenger(
            [
                Cards(outlet, database, settings.base_url),
                Storms(outlet, database, settings.base_url),
                Notices(outlet, database, settings.base_url),
            ],
            database,
            paces=paces,
            presence=Presence(database),
            clock=clock,
        )
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Work until `stop`; while Telegram is away this keeps trying."""
        self._ended.clear()
        try:
            if await self._until_stopped(self._insist(self._introduce)):
                await self._work()
        finally:
            await self._bot.session.close()
            self._ended.set()

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, and return when all is still."""
        self._stopping.set()
        await self._ended.wait()

    async def receive_webhook(self, body: bytes, secret: str | None) -> bool:
        """Store a webhook call; False when its secret is not ours."""
        expected = self._settings.webhook_secret
        if expected is None or self._settings.bot_mode != "webhook":
            return False
        return await self._receiver.take_webhook(body, secret, expected.get_secret_value())

    async def _introduce(self) -> None:
        try:
            await introduce(self._bot)
        except TelegramUnauthorizedError:
            async with self._database.writing() as session:
                await alarms.note_token_refused(session, self._clock())
            raise
        async with self._database.writing() as session:
            await alarms.note_token_accepted(session)
        self._outlet.features = await find_features(self._bot)

    async def _insist(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what the rest depends on, again and again if need be."""
        for failures in count(1):
            try:
                await step()
            except Exception as error:  # noqa: BLE001 - whatever Telegram answers, we ask again
                pause = min(delivery.backoff(failures), MAX_PAUSE).total_seconds()
                log.warning(
                    "cannot begin with Telegram yet", reason=reason_of(error), retry_in=pause
                )
                await asyncio.sleep(pause)
            else:
                break

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Run something; False when `stop` came first and ended it."""
        task = asyncio.create_task(work)
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
            return task.done()
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._worker.run())
            parts.create_task(self._messenger.run())
            leading = parts.create_task(lead(self._database, self._bot.id, self._lead))
            await self._stopping.wait()
            leading.cancel()
            self._worker.stop()
            self._messenger.stop()

    async def _lead(self) -> None:
        """What one process does for all: settle how updates come, set the menus, ask."""
        await self._insist(partial(choose_way, self._bot, self._settings))
        await self._insist(self._offer_claim)
        async with asyncio.TaskGroup() as parts:
            parts.create_task(
                decorate(self._bot, self._settings, self._database, self._outlet.features)
            )
            parts.create_task(Probes(self._bot, self._database, self._clock).run())
            if self._settings.bot_mode == "polling":
                parts.create_task(self._receiver.poll())
            else:
                lost = self._receiver.note_rival
                parts.create_task(keep_webhook(self._bot, self._settings, lost))

    async def _offer_claim(self) -> None:
        now = self._clock()
        await offer_claim(self._bot, self._settings, self._database, self._announce, now)
