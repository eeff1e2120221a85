"""Cards as the sender meets them: due, claimed, shown."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import ring_after_commit
from core.delivery import CardWork, begin_cards, card_work, due_cards, mark_shown
from core.models import Card, Incident
from core.urgency import Urgency
from core.wishes import wished

BASE_URL = "https://dispatcher.example.com"


async def due(session: AsyncSession, now: datetime, limit: int = 10) -> list[int]:
    """What each open lane gets next."""
    return [card.id for card in await due_cards(session, now, limit)]


async def card_of(session: AsyncSession, incident: Incident) -> Card:
    query = select(Card).where(Card.incident_id == incident.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def begun(session: AsyncSession, now: datetime, card_id: int) -> CardWork:
    assert await begin_cards(session, now, [card_id]) == {card_id}
    await session.flush()
    work = await card_work(session, now, card_id, BASE_URL)
    assert work is not None
    return work


async def count_on(
    session: AsyncSession, incident_id: int, urgency: Urgency = Urgency.counter
) -> None:
    """Have an incident's cards drawn again because of further reports."""
    cards = update(Card).where(Card.incident_id == incident_id)
    await session.execute(cards.values(wished(urgency)))
    ring_after_commit(session)


async def shown(session: AsyncSession, now: datetime, incident: Incident) -> Card:
    """Show an incident's card as message 77."""
    card = await card_of(session, incident)
    await mark_shown(session, now, await begun(session, now, card.id), 77, "hash")
    return await card_of(session, incident)
