"""The time zone that is meant when somebody in a chat says a time of day."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Chat, Person
from core.settings import Settings


async def zone_of(
    session: AsyncSession, chat_id: int, person: Person, settings: Settings
) -> ZoneInfo:
    """Choose the chat's zone; in a chat we do not know, the person's."""
    chat = await session.get(Chat, chat_id)
    return ZoneInfo((chat.time_zone if chat else person.time_zone) or settings.timezone)
