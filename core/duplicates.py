"""Two messages that show one card: found when somebody presses the one that we did not know.

They come about when nobody could tell whether Telegram took the first. The younger of them stays;
a generation, which the buttons carry, tells which that is.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.db import ring_after_commit
from core.models import Card

FOUND = "duplicate_cards_found"


async def superseded(
    session: AsyncSession,
    now: datetime,
    incident_id: int,
    chat_id: int,
    message_id: int,
    generation: int | None,
) -> int | None:
    """Find the message that a pressed one shows to be one too many; None when there is none.

    A card whose message is not known takes the pressed one for its own.
    """
    query = select(Card).where(Card.incident_id == incident_id, Card.chat_id == chat_id)
    card = (await session.scalars(query.with_for_update())).one_or_none()
    if card is None or card.message_id == message_id:
        return None
    known = card.message_id
    if known and _is_older(card, known, message_id, generation):
        await facts.count_up(session, FOUND)
        return message_id
    _adopt(card, now, message_id)
    ring_after_commit(session)
    if known:
        await facts.count_up(session, FOUND)
    return known


def _is_older(card: Card, known: int, message_id: int, generation: int | None) -> bool:
    # A menu's buttons carry no generation; a chat counts its messages up.
    return message_id < known if generation is None else generation < card.generation


def _adopt(card: Card, now: datetime, message_id: int) -> None:
    card.message_id, card.shown_hash = message_id, None
    card.wanted_revision += 1
    card.doubts, card.due_at = 0, now
