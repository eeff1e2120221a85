"""One message that is redrawn in place, on its way: created, edited, or left as it is."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.outlet import Outlet
from core import dead_letters, delivery, topics
from core.delivery import Work
from core.errors import DeliveryError


class RedrawnAttempt:
    """What its chat shows already is not sent; `wanted` says whether a lost message is missed.

    It is drawn when it is sent, so that what cannot be drawn is given up like what cannot be sent.
    """

    def __init__(
        self,
        work: Work,
        draw: Callable[[], Content],
        outlet: Outlet,
        *,
        silent: bool,
        wanted: bool,
        thread_id: int | None = None,
    ) -> None:
        self._work = work
        self._draw = draw
        self._hash = ""
        self._outlet = outlet
        self._silent = silent
        self._wanted = wanted
        self._thread_id = thread_id
        self._message_id = work.message_id
        self._topic_gone = False

    @property
    def chat_id(self) -> int:
        return self._work.chat_id

    @property
    def failures(self) -> int:
        return self._work.attempts + 1

    async def send(self) -> bool:
        content = self._draw()
        self._hash = content.hash
        if self._message_id is None:
            await self._create(content)
            return True
        if self._hash == self._work.shown_hash:
            return False
        await self._outlet.edit(self.chat_id, self._message_id, content)
        return True

    async def done(self, session: AsyncSession, now: datetime) -> None:
        await self._shown(session, now, self._hash)
        if self._thread_id and self._topic_gone:
            await topics.forget_topic(session, now, self.chat_id, self._thread_id)

    async def put_back(self, session: AsyncSession, due_at: datetime, *, failed: bool) -> None:
        await delivery.put_back(session, self._work, due_at, failed=failed)

    async def doubt(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:  # noqa: ARG002 - no reason is kept
        await delivery.doubt(session, now, self._work)

    async def repost(self, session: AsyncSession, now: datetime) -> None:
        if self._wanted:
            await delivery.put_back(session, self._work, now, failed=False, message_lost=True)
        else:
            # Somebody deleted the message of what is over: there is nothing to replace.
            await self._shown(session, now, self._work.shown_hash or "")

    async def give_up(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        work = self._work
        await dead_letters.give_up_redrawn(
            session, now, work.kind, work.id, work.revision, error.reason
        )

    async def _create(self, content: Content) -> None:
        sent = await self._outlet.create(
            self.chat_id, content, silent=self._silent, thread_id=self._thread_id
        )
        self._message_id, self._topic_gone = sent.message_id, sent.topic_gone

    async def _shown(self, session: AsyncSession, now: datetime, shown_hash: str) -> None:
        assert self._message_id is not None  # noqa: S101 - it was sent, or edited
        await delivery.mark_shown(session, now, self._work, self._message_id, shown_hash)
