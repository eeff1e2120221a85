"""How the chats are: what a refusal says about one, and what is done then."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import delivery
from core.errors import DeliveryError


async def take_refusal(
    session: AsyncSession, now: datetime, chat_id: int, error: DeliveryError
) -> None:
    """Draw the conclusions for the chat of a call that failed; for its card or notice others do."""
    if error.new_chat_id:
        reason = f"the group became a supergroup: use its new id, {error.new_chat_id}"
        await delivery.disable_chat(session, now, chat_id, reason)
    elif error.trouble:
        await delivery.disable_chat(session, now, chat_id, error.reason)
