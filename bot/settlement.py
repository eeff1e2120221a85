"""What becomes of work whose call failed: the one place where refusals and deliveries meet."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import TokenRefused
from bot.work import Attempt
from core import alarms, chat_health, delivery, lanes
from core.errors import DeliveryError
from core.models import Lane
from core.pace import Paces
from core.remedies import Remedy

TOKEN_REFUSED_PAUSE = timedelta(minutes=1)

log = structlog.get_logger("bot.delivery")


async def settle(
    session: AsyncSession,
    now: datetime,
    attempt: Attempt,
    error: DeliveryError,
    *,
    lane: Lane,
    paces: Paces,
) -> None:
    """Draw the conclusions of a failed call for its work, its lane and its chat."""
    log.warning("not delivered", chat=lane.chat_id, reason=error.reason, failures=attempt.failures)
    if error.retry_after:
        await lanes.refused(session, now, paces, lane, error.retry_after)
    if isinstance(error, TokenRefused):
        log.error("Telegram does not accept the bot's token", reason=error.reason)
        await alarms.note_token_refused(session, now)
        await lanes.block_bot(session, now, paces, now + TOKEN_REFUSED_PAUSE)
    await chat_health.take_refusal(session, now, lane.chat_id, error)
    await _settle_work(session, now, attempt, error)


async def _settle_work(
    session: AsyncSession, now: datetime, attempt: Attempt, error: DeliveryError
) -> None:
    if error.remedy in {Remedy.wait, Remedy.move, Remedy.disable}:
        await attempt.put_back(session, now, failed=False)
    elif error.remedy is Remedy.unknown:
        await attempt.doubt(session, now, error)
    elif error.message_lost:
        await attempt.repost(session, now)
    elif error.permanent:
        await attempt.give_up(session, now, error)
    else:
        pause = delivery.backoff(attempt.failures)
        await attempt.put_back(session, now + pause, failed=True)
