"""Brings cards up to date: each drawn from the newest state at the moment it is sent."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import sent_again
from bot.outlet import Outlet
from bot.render import card_content
from core import dead_letters, delivery
from core.db import Database
from core.delivery import CardWork
from core.errors import DeliveryError
from core.i18n import translator_of
from core.lanes import Due
from core.levels import Level
from core.lifecycle import Status


class Cards:
    """The cards whose chat shows something older than what is wanted."""

    kind = "card"

    def __init__(self, outlet: Outlet, database: Database, base_url: str) -> None:
        self._outlet = outlet
        self._database = database
        self._base_url = base_url

    async def due(self, session: AsyncSession, now: datetime, limit: int) -> list[Due]:
        return await delivery.due_cards(session, now, limit)

    async def begin(self, session: AsyncSession, now: datetime, ids: Collection[int]) -> set[int]:
        return await delivery.begin_cards(session, now, ids)

    async def attempt(self, id_: int, now: datetime) -> "CardAttempt | None":
        async with self._database.reading() as session:
            work = await delivery.card_work(session, now, id_, self._base_url)
        return CardAttempt(work, self._outlet) if work else None


class CardAttempt:
    """One card on its way; what its chat shows already is not sent."""

    def __init__(self, work: CardWork, outlet: Outlet) -> None:
        self._work = work
        self._outlet = outlet
        t = translator_of(work.locale)
        self._content = card_content(work.card, t, work.menu)
        if work.comes_again:
            self._content = sent_again(self._content, t)
        self._message_id = work.message_id

    @property
    def chat_id(self) -> int:
        return self._work.chat_id

    @property
    def failures(self) -> int:
        return self._work.attempts + 1

    async def send(self) -> bool:
        if self._message_id is None:
            self._message_id = await self._outlet.create(
                self.chat_id,
                self._content,
                silent=is_silent(self._work),
                thread_id=self._work.thread_id,
            )
            return True
        if self._content.hash == self._work.shown_hash:
            return False
        await self._outlet.edit(self.chat_id, self._message_id, self._content)
        return True

    async def done(self, session: AsyncSession, now: datetime) -> None:
        await self._shown(session, now, self._content.hash)

    async def put_back(self, session: AsyncSession, due_at: datetime, *, failed: bool) -> None:
        await delivery.put_back(session, self._work, due_at, failed=failed)

    async def doubt(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:  # noqa: ARG002 - a card keeps no reason
        await delivery.doubt(session, now, self._work)

    async def repost(self, session: AsyncSession, now: datetime) -> None:
        if self._work.card.status is Status.resolved:
            # Somebody deleted the card of what is over: there is nothing to replace.
            await self._shown(session, now, self._work.shown_hash or "")
        else:
            await delivery.put_back(session, self._work, now, failed=False, message_lost=True)

    async def give_up(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        card = self._work
        await dead_letters.give_up_card(session, now, card.id, card.revision, error.reason)

    async def _shown(self, session: AsyncSession, now: datetime, shown_hash: str) -> None:
        assert self._message_id is not None  # noqa: S101 - it was sent, or edited
        await delivery.mark_shown(session, now, self._work, self._message_id, shown_hash)


def is_silent(work: CardWork) -> bool:
    """Only what is bad, still to be dealt with and not silenced makes a sound."""
    return work.silenced or work.card.level < Level.error or work.card.status is not Status.open
