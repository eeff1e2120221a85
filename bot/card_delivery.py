"""Brings cards up to date: each drawn from the newest state at the moment it is sent."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, sent_again
from bot.outlet import Outlet
from bot.redrawn import RedrawnAttempt
from bot.render import card_content
from core import delivery
from core.db import Database
from core.delivery import CardWork
from core.due import Due
from core.i18n import translator_of
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

    async def attempt(self, id_: int, now: datetime) -> RedrawnAttempt | None:
        async with self._database.reading() as session:
            work = await delivery.card_work(session, now, id_, self._base_url)
        if work is None:
            return None
        return RedrawnAttempt(
            work,
            partial(content_of_card, work),
            self._outlet,
            silent=is_silent(work),
            wanted=work.card.status is not Status.resolved,
            thread_id=work.thread_id,
        )


def content_of_card(work: CardWork) -> Content:
    t = translator_of(work.locale)
    content = card_content(work.card, t, work.menu)
    return sent_again(content, t) if work.comes_again else content


def is_silent(work: CardWork) -> bool:
    """Only what the chat calls bad, still to be dealt with and not silenced makes a sound.

    What a storm told of was heard with it, unless it became crit.
    """
    loud_from = max(work.loud_from, Level.crit) if work.gathered else work.loud_from
    too_low = work.card.level < loud_from
    return work.silenced or too_low or work.card.status is not Status.open
