"""Sends notices: what may have arrived is not repeated, unless it is a page."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import sent_again
from bot.notice_content import Said, notice_said
from bot.outlet import Outlet
from core import dead_letters, notices, outages
from core.db import Database
from core.due import CATCH_UP, Due
from core.errors import DeliveryError
from core.i18n import translator_of
from core.notices import NoticeWork


class Notices:
    """The notices that wait."""

    kind = "notice"

    def __init__(self, outlet: Outlet, database: Database, base_url: str) -> None:
        self._outlet = outlet
        self._database = database
        self._base_url = base_url

    async def due(self, session: AsyncSession, now: datetime, limit: int) -> list[Due]:
        return await notices.due_notices(session, now, limit)

    async def begin(self, session: AsyncSession, now: datetime, ids: Collection[int]) -> set[int]:
        return await notices.begin_notices(session, now, ids)

    async def attempt(self, id_: int, now: datetime) -> "NoticeAttempt":  # noqa: ARG002 - a notice is of its moment
        async with self._database.reading() as session:
            work = await notices.notice_work(session, id_)
        return NoticeAttempt(work, self._outlet, self._database, self._base_url)


class NoticeAttempt:
    """One notice on its way, drawn from what is known now."""

    def __init__(self, work: NoticeWork, outlet: Outlet, database: Database, base_url: str) -> None:
        self._work = work
        self._outlet = outlet
        self._database = database
        self._base_url = base_url
        self._message_id: int | None = None

    @property
    def chat_id(self) -> int:
        return self._work.chat_id

    @property
    def failures(self) -> int:
        return self._work.attempts

    async def send(self) -> bool:
        said = await self._said()
        if said is None:
            return False
        sent = await self._outlet.create(
            self.chat_id, said.content, silent=said.silent, answers=said.answers
        )
        self._message_id = sent.message_id
        return True

    async def done(self, session: AsyncSession, now: datetime) -> None:  # noqa: ARG002 - a notice keeps no moment
        await notices.finish_notice(session, self._work.id, message_id=self._message_id)
        if self._work.kind == CATCH_UP:
            await outages.caught_up(session, self.chat_id)

    async def put_back(self, session: AsyncSession, due_at: datetime, *, failed: bool) -> None:  # noqa: ARG002 - every attempt counts
        await notices.postpone_notice(session, self._work, due_at)

    async def doubt(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        await notices.doubt_notice(session, now, self._work, error.reason)

    async def repost(self, session: AsyncSession, now: datetime) -> None:
        """A notice is never edited: what Telegram misses is its own matter."""
        await notices.postpone_notice(session, self._work, now)

    async def give_up(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        await dead_letters.give_up_notice(session, now, self._work.id, error.reason)

    async def _said(self) -> Said | None:
        async with self._database.reading() as session:
            said = await notice_said(session, self._work, self._base_url)
        if said is None or not self._work.comes_again:
            return said
        return replace(said, content=sent_again(said.content, translator_of(self._work.locale)))
