"""Brings the cards of storms up to date."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outlet import Outlet
from bot.redrawn import RedrawnAttempt
from bot.render_storms import storm_content
from core import delivery
from core.db import Database
from core.due import Due, most_urgent
from core.i18n import translator_of
from core.models import Chat, Storm
from core.storm_cards import storm_card
from core.storm_sounds import begin_storms
from core.wishes import is_pending


class Storms:
    """The storms whose chat shows something older than what is wanted."""

    kind = "storm"

    def __init__(self, outlet: Outlet, database: Database, base_url: str) -> None:
        self._outlet = outlet
        self._database = database
        self._base_url = base_url

    async def due(self, session: AsyncSession, now: datetime, limit: int) -> list[Due]:
        return await most_urgent(session, self.kind, Storm, is_pending, now, limit)

    async def begin(self, session: AsyncSession, now: datetime, ids: Collection[int]) -> set[int]:
        return await begin_storms(session, now, ids)

    async def attempt(self, id_: int, now: datetime) -> RedrawnAttempt:  # noqa: ARG002 - a storm is of its counts
        async with self._database.reading() as session:
            storm = await session.get_one(Storm, id_, populate_existing=True)
            chat = await session.get_one(Chat, storm.chat_id)
            card = await storm_card(session, storm)
            work = delivery.Work(**delivery.work_values(storm, chat))
        draw = partial(storm_content, card, translator_of(chat.locale), self._base_url)
        silent, wanted = not storm.sounded, card.ended_at is None
        return RedrawnAttempt(work, draw, self._outlet, silent=silent, wanted=wanted)
