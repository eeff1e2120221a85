"""Which chat and which message shows which incident."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Card, Notice

SUPERGROUP = "-100"  # what the ids of supergroups begin with in the Bot API


async def incident_shown(session: AsyncSession, chat_id: int, message_id: int) -> int | None:
    """Find the incident that a message is about, a card or a notice; None for any other message."""
    card = select(Card.incident_id).where(Card.message_id == message_id, Card.chat_id == chat_id)
    told = select(Notice.data["incident"].as_integer()).where(
        Notice.message_id == message_id, Notice.chat_id == chat_id
    )
    return await session.scalar(card.limit(1)) or await session.scalar(told.limit(1))


async def message_of(session: AsyncSession, incident_id: int, chat_id: int) -> int | None:
    """Find the message that shows an incident in a chat."""
    query = select(Card.message_id).where(Card.incident_id == incident_id, Card.chat_id == chat_id)
    return (await session.scalars(query)).one_or_none()


async def is_shown(session: AsyncSession, incident_id: int, chat_id: int) -> bool:
    """Whether an incident has a card in a chat."""
    query = select(Card.id).where(Card.incident_id == incident_id, Card.chat_id == chat_id)
    return (await session.scalars(query)).one_or_none() is not None


async def telegram_link_of(session: AsyncSession, incident_id: int) -> str | None:
    """Find the address of a message that shows an incident; only supergroups' messages have one."""
    query = (
        select(Card.chat_id, Card.message_id)
        .where(Card.incident_id == incident_id, Card.message_id.is_not(None))
        .order_by(Card.id)
    )
    shown = (await session.execute(query)).all()
    links = (message_link(chat_id, message_id) for chat_id, message_id in shown if message_id)
    return next(filter(None, links), None)


def message_link(chat_id: int, message_id: int) -> str | None:
    """Write the address of a message, as https://core.telegram.org/api/links#message-links."""
    digits = str(chat_id).removeprefix(SUPERGROUP)
    return f"https://t.me/c/{digits}/{message_id}" if digits != str(chat_id) else None
