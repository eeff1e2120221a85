"""What keeps the bot from working at all, for whoever looks at a page."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.i18n import N_
from core.rivals import rival_seen_at

_TOKEN_REFUSED = "token_refused_at"  # noqa: S105 - the name of a fact, not a token

TOKEN_REFUSED = N_(
    "Telegram does not accept the bot's token, so nothing is sent; it is all kept. "
    "Set DISPATCHER_BOT_TOKEN anew and start Dispatcher again."
)
RIVAL = N_("Another program takes this bot's updates: stop it, or give each its own bot.")


async def note_token_refused(session: AsyncSession, now: datetime) -> None:
    await facts.remember(session, _TOKEN_REFUSED, now.isoformat())


async def note_token_accepted(session: AsyncSession) -> None:
    await facts.forget(session, _TOKEN_REFUSED)


async def token_is_refused(session: AsyncSession) -> bool:
    return await facts.recall(session, _TOKEN_REFUSED) is not None


async def alarms(session: AsyncSession, now: datetime) -> list[str]:
    """List what is wrong, in sentences to be translated."""
    found = [TOKEN_REFUSED] if await token_is_refused(session) else []
    return [*found, RIVAL] if await rival_seen_at(session, now) else found
