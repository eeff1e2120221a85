"""The sender: whatever is due goes out, the most urgent first, drawn at that moment.

One operation at a time for each chat, chats beside each other. A lane is leased in one
transaction, the call is made outside any, and its result written in another.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.ends import End, Ends
from bot.errors import redacted
from bot.lanes import Lanes
from bot.work import Attempt, Source
from core import lanes
from core.db import Database
from core.due import Due
from core.errors import DeliveryError
from core.pace import Paces
from core.presence import Presence
from core.remedies import Remedy

MAX_CHATS = 32
LOOK_AGAIN_SECONDS = 1.0
BREATH_SECONDS = 0.04  # between two looks: in a storm the bell never stops
RESULT_PAUSE_SECONDS = 1.0
FINISH_SECONDS = 10.0

log = structlog.get_logger("bot.messenger")

Step = Callable[[], Coroutine[Any, Any, None]]


class Messenger:
    """Starts what is due whenever the database's bell rings, as fast as the pace allows."""

    def __init__(
        self,
        sources: Sequence[Source],
        database: Database,
        *,
        paces: Paces,
        presence: Presence,
        clock: Callable[[], datetime],
    ) -> None:
        self._sources = {source.kind: source for source in sources}
        self._database = database
        self._paces = paces
        self._presence = presence
        self._clock = clock
        self._ends = Ends(database, paces, presence.owner, clock)
        self._lanes = Lanes(MAX_CHATS, database.delivery_due)
        self._pause = 0.0
        self._looks_around_at = 0.0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`, then finish what is in hand."""
        while not self._stopping.is_set():
            await self._surviving(self._look)
            await asyncio.sleep(BREATH_SECONDS)
            await self._database.delivery_due.wait(self._pause)
        await self._lanes.finish(FINISH_SECONDS)
        await self._ends.finish()
        await self._surviving(self._presence.leave)

    def stop(self) -> None:
        self._stopping.set()
        self._database.delivery_due.ring()

    async def _surviving(self, step: Step) -> None:
        try:
            await step()
        except Exception:  # delivery must outlive a database that is away
            log.exception("cannot see what is due")

    async def _look(self) -> None:
        self._pause = LOOK_AGAIN_SECONDS
        seconds = asyncio.get_running_loop().time()
        if seconds >= self._looks_around_at:
            await self._presence.look_around(self._clock())
            self._looks_around_at = seconds + LOOK_AGAIN_SECONDS
        if self._lanes.free:
            await self._start(await self._due())

    async def _due(self) -> list[Due]:
        """Choose what each open lane gets next, and see when the next lane opens."""
        now = self._clock()
        async with self._database.reading() as session:
            found = [await source.due(session, now, MAX_CHATS) for source in self._sources.values()]
            opens_at = await lanes.opening(session, now)
        if opens_at:
            self._pause = min(self._pause, (opens_at - now).total_seconds())
        return first_of_each_chat(chain.from_iterable(found), self._lanes.busy, self._lanes.free)

    async def _start(self, due: Sequence[Due]) -> None:
        if not due:
            return
        async with self._database.writing() as session:
            now = self._clock()
            desk = await lanes.desk(session, now, self._paces, [one.chat_id for one in due])
            taken = [one for one in due if desk.take(one, self._presence.owner)]
            begun = await self._begin(session, now, taken)
            for one in taken:
                if one not in begun:
                    desk.leave(one)
        for one in begun:
            self._lanes.start(one.chat_id, self._serve(one))

    async def _begin(self, session: AsyncSession, now: datetime, taken: Sequence[Due]) -> list[Due]:
        begun: list[Due] = []
        for kind, source in self._sources.items():
            own = [one for one in taken if one.kind == kind]
            ids = await source.begin(session, now, [one.id for one in own]) if own else set()
            begun += [one for one in own if one.id in ids]
        return begun

    async def _serve(self, due: Due) -> None:
        """Deliver one piece of work, and write what became of it while the lane is ours."""
        end = await self._end_of(due)
        lost_at = self._clock() + lanes.LEASE
        while True:
            try:
                await self._ends.write(end)
            except Exception:  # a result must outlive a database that is away
                log.exception("cannot write what became of a message", chat=due.chat_id)
                if self._clock() > lost_at:
                    return
                await asyncio.sleep(RESULT_PAUSE_SECONDS)
            else:
                return

    async def _end_of(self, due: Due) -> End:
        """Make the call."""
        attempt: Attempt | None = None
        try:
            attempt = await self._sources[due.kind].attempt(due.id, self._clock())
            called = attempt is not None and await attempt.send()
        except DeliveryError as error:
            return End(due.chat_id, attempt, True, error)
        except Exception as error:  # what cannot be drawn must not hold its chat up
            log.exception("cannot be drawn", kind=due.kind, id=due.id)
            reason = DeliveryError(redacted(repr(error)), Remedy.give_up)
            return End(due.chat_id, attempt, False, reason)
        return End(due.chat_id, attempt, called, None)


def first_of_each_chat(found: Iterable[Due], busy: Collection[int], most: int) -> list[Due]:
    """Choose for each chat the most urgent, and of these the most urgent chats."""
    first: dict[int, Due] = {}
    for due in sorted(found, key=lambda one: (one.urgency, one.due_at)):
        if due.chat_id not in busy:
            first.setdefault(due.chat_id, due)
    return list(first.values())[:most]
