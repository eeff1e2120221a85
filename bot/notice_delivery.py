"""Sends one notice, once: what may have arrived is not repeated."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.card_delivery import pause_after
from bot.content import Content
from bot.errors import OutcomeUnknown
from bot.notice_content import notice_content
from bot.outlet import Outlet
from core import chat_health, notices
from core.db import Database
from core.errors import DeliveryError
from core.notices import NoticeWork

log = structlog.get_logger("bot.notices")


class NoticeDelivery:
    """Delivers notices one by one; a failure is recorded with the notice."""

    def __init__(
        self, outlet: Outlet, database: Database, base_url: str, clock: Callable[[], datetime]
    ) -> None:
        self._outlet = outlet
        self._database = database
        self._base_url = base_url
        self._clock = clock

    async def deliver(self, notice_id: int) -> None:
        async with self._database.writing() as session:
            work = await notices.claim_notice(session, notice_id)
        if work is None:
            return
        try:
            content = await self._content_of(work)
            message_id = await self._outlet.create(work.chat_id, content, silent=False)
        except DeliveryError as error:
            await self._settle(work, error)
            return
        except Exception as error:  # a notice that cannot be drawn must not stay claimed
            log.exception("a notice cannot be drawn", notice=work.id, kind=work.kind)
            await self._finish(work, error=repr(error))
            return
        await self._finish(work, message_id=message_id)

    async def _content_of(self, work: NoticeWork) -> Content:
        async with self._database.reading() as session:
            return await notice_content(session, work, self._base_url)

    async def _settle(self, work: NoticeWork, error: DeliveryError) -> None:
        log.warning("a notice was not delivered", chat=work.chat_id, reason=error.reason)
        now = self._clock()
        async with self._database.writing() as session:
            await chat_health.take_refusal(session, now, work.chat_id, error)
            if error.permanent or isinstance(error, OutcomeUnknown):
                await notices.finish_notice(session, work.id, error=error.reason)
            else:
                due_at = now + pause_after(error, work.attempts)
                await notices.postpone_notice(session, work.id, due_at)

    async def _finish(
        self, work: NoticeWork, *, message_id: int | None = None, error: str | None = None
    ) -> None:
        async with self._database.writing() as session:
            await notices.finish_notice(session, work.id, message_id=message_id, error=error)
