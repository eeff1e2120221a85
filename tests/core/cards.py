"""Cards as the sender meets them: due, claimed, shown."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.delivery import CardWork, claim_card, due_cards, mark_shown
from core.models import Card, Incident

BASE_URL = "https://dispatcher.example.com"


async def due(
    session: AsyncSession, now: datetime, except_chats: Collection[int] = (), limit: int = 10
) -> list[int]:
    cards = await due_cards(session, now, except_chats=except_chats, limit=limit)
    return [card.id for card in cards]


async def card_of(session: AsyncSession, incident: Incident) -> Card:
    query = select(Card).where(Card.incident_id == incident.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def claimed(session: AsyncSession, now: datetime, card_id: int) -> CardWork:
    work = await claim_card(session, now, card_id, BASE_URL)
    assert work is not None
    return work


async def shown(session: AsyncSession, now: datetime, incident: Incident) -> Card:
    """Show an incident's card as message 77."""
    card = await card_of(session, incident)
    await mark_shown(session, now, await claimed(session, now, card.id), 77, "hash")
    return await card_of(session, incident)
