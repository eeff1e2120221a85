"""The sender: whatever is due in core.delivery and core.notices goes out, drawn at that moment.

One operation at a time for each chat, chats beside each other. A row is claimed in one
transaction, sent outside any, and its result written in another.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.card_delivery import CardDelivery
from bot.lanes import Lanes
from bot.notice_delivery import NoticeDelivery
from bot.outlet import Outlet
from bot.pacing import Pacing
from core import delivery, notices
from core.db import Database

MAX_CHATS = 32
BATCH = 100
LOOK_AGAIN_SECONDS = 1.0
FINISH_SECONDS = 10.0

log = structlog.get_logger("bot.messenger")

Step = Callable[[], Coroutine[Any, Any, None]]


class Messenger:
    """Starts what is due whenever the database's bell rings, as fast as the pacing allows."""

    def __init__(
        self,
        outlet: Outlet,
        database: Database,
        base_url: str,
        *,
        pacing: Pacing,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
    ) -> None:
        self._database = database
        self._pacing = pacing
        self._clock = clock
        self._seconds = seconds
        self._cards = CardDelivery(outlet, database, base_url, clock)
        self._notices = NoticeDelivery(outlet, database, base_url, clock)
        self._lanes = Lanes(MAX_CHATS, database.delivery_due)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`, then finish what is in hand."""
        await self._surviving(self._release_claims)
        while not self._stopping.is_set():
            await self._surviving(self._start_due)
            await self._database.delivery_due.wait(self._pause())
        await self._lanes.finish(FINISH_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        self._database.delivery_due.ring()

    async def _surviving(self, step: Step) -> None:
        try:
            await step()
        except Exception:  # delivery must outlive a database that is away
            log.exception("cannot see what is due")

    async def _release_claims(self) -> None:
        """What a killed process had in hand is due again; on PostgreSQL another may live."""
        if self._database.is_sqlite:
            async with self._database.writing() as session:
                await delivery.release_claims(session, self._clock())

    async def _start_due(self) -> None:
        while self._may_start():
            found = await self._due()
            if not found:
                return
            for chat_id, deliver in found.items():
                if not self._may_start():
                    return
                self._pacing.take(chat_id, self._seconds())
                self._lanes.start(chat_id, deliver())

    def _may_start(self) -> bool:
        now = self._seconds()
        return not (
            self._lanes.full or self._stopping.is_set() or self._pacing.bot_opens_at(now) > now
        )

    async def _due(self) -> dict[int, Step]:
        """Choose for each chat that may get something what it gets next; notices come first."""
        now = self._clock()
        waiting = self._lanes.busy | self._pacing.closed(self._seconds()).keys()
        async with self._database.reading() as session:
            cards = await delivery.due_cards(session, now, except_chats=waiting, limit=BATCH)
            told = await notices.due_notices(session, now, except_chats=waiting, limit=BATCH)
        due: dict[int, Step] = {}
        for notice_id, chat_id in told:
            due.setdefault(chat_id, partial(self._notices.deliver, notice_id))
        for card in cards:
            due.setdefault(card.chat_id, partial(self._cards.deliver, card.id))
        return due

    def _pause(self) -> float:
        """How long to wait without a ring: until a chat opens again, at most a second."""
        now = self._seconds()
        opens = (self._pacing.bot_opens_at(now), *self._pacing.closed(now).values())
        return min([LOOK_AGAIN_SECONDS, *(at - now for at in opens if at > now)])
