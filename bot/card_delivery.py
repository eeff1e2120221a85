"""Brings one card up to date: claimed, drawn from the newest state, sent, marked."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.content import Content
from bot.outlet import Outlet
from bot.render import card_content
from core import chat_health, delivery
from core.db import Database
from core.delivery import CardWork
from core.errors import DeliveryError
from core.i18n import translator_of
from core.levels import Level
from core.lifecycle import Status

log = structlog.get_logger("bot.cards")


class CardDelivery:
    """Delivers cards one by one; a failure puts the card back and is only logged."""

    def __init__(
        self, outlet: Outlet, database: Database, base_url: str, clock: Callable[[], datetime]
    ) -> None:
        self._outlet = outlet
        self._database = database
        self._base_url = base_url
        self._clock = clock

    async def deliver(self, card_id: int) -> None:
        async with self._database.writing() as session:
            work = await delivery.claim_card(session, self._clock(), card_id, self._base_url)
        if work is None:
            return
        content = card_content(work.card, translator_of(work.locale), work.menu)
        try:
            message_id = await self._show(work, content)
        except DeliveryError as error:
            await self._put_back(work, error)
            return
        async with self._database.writing() as session:
            await delivery.mark_shown(session, self._clock(), work, message_id, content.hash)

    async def _show(self, work: CardWork, content: Content) -> int:
        """Make the chat show a card; what it shows already is not sent."""
        if work.message_id is None:
            return await self._outlet.create(work.chat_id, content, silent=is_silent(work))
        if content.hash != work.shown_hash:
            await self._outlet.edit(work.chat_id, work.message_id, content)
        return work.message_id

    async def _put_back(self, work: CardWork, error: DeliveryError) -> None:
        log.warning(
            "a card was not delivered",
            chat=work.chat_id,
            incident=work.card.number,
            reason=error.reason,
            attempts=work.attempts,
        )
        now = self._clock()
        async with self._database.writing() as session:
            if error.message_lost and work.message_id and work.card.status is Status.resolved:
                # Somebody deleted the card of what is over: there is nothing to replace.
                shown_hash = work.shown_hash or ""
                await delivery.mark_shown(session, now, work, work.message_id, shown_hash)
                return
            due_at = now + pause_after(error, work.attempts)
            await delivery.put_back(session, work, due_at, message_lost=error.message_lost)
            await chat_health.take_refusal(session, now, work.chat_id, error)


def is_silent(work: CardWork) -> bool:
    """Only what is bad, still to be dealt with and not silenced makes a sound."""
    return work.silenced or work.card.level < Level.error or work.card.status is not Status.open


def pause_after(error: DeliveryError, attempts: int) -> timedelta:
    if error.message_lost or error.chat_lost:
        return timedelta(0)
    if error.retry_after:
        return timedelta(seconds=error.retry_after)
    return delivery.backoff(attempts)
