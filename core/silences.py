"""Silences: until a time the cards of an app come without a sound. They come all the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.apps import routed_to
from core.db import dialect_of, insert_into
from core.errors import InvalidInput
from core.models import App, Silence
from core.moments import MAX_AHEAD
from core.timeline import Actor

SHORTEST = timedelta(minutes=1)
REASON_CHARS = 200
MAX_LISTED = 200


async def silence(
    session: AsyncSession, now: datetime, app: App, until: datetime, reason: str, actor: Actor
) -> Silence:
    """Silence an app; a silence that it has is replaced. Raises InvalidInput."""
    if not SHORTEST <= until - now <= MAX_AHEAD:
        raise InvalidInput("until", "a silence lasts from one minute to 31 days")
    values = {
        "silent_until": until,
        "reason": reason.replace("\0", "").strip()[:REASON_CHARS],
        "person_id": actor.person_id,
        "actor": actor.name[:130],
        "created_at": now,
    }
    new = insert_into(Silence, dialect_of(session)).values(app_id=app.id, **values)
    await session.execute(new.on_conflict_do_update(index_elements=["app_id"], set_=values))
    return await session.get_one(Silence, app.id, populate_existing=True)


async def end_silence(session: AsyncSession, now: datetime, app: App) -> bool:
    """Let an app's cards sound again; False when they did already."""
    silenced = await silence_of(session, now, app.id)
    await session.execute(delete(Silence).where(Silence.app_id == app.id))
    return silenced is not None


async def silence_of(session: AsyncSession, now: datetime, app_id: int) -> Silence | None:
    """Find the silence an app has now."""
    query = select(Silence).where(Silence.app_id == app_id, Silence.silent_until > now)
    return (await session.scalars(query)).one_or_none()


async def silences(
    session: AsyncSession, now: datetime, chat_id: int | None = None
) -> Sequence[Silence]:
    """List what is silent now with its app, what ends first at the top.

    With `chat_id` only of the apps that have a route to it.
    """
    query = (
        select(Silence)
        .where(Silence.silent_until > now)
        .options(joinedload(Silence.app))
        .order_by(Silence.silent_until, Silence.app_id)
        .limit(MAX_LISTED)
    )
    if chat_id is not None:
        query = query.where(Silence.app_id.in_(routed_to(chat_id)))
    return (await session.scalars(query)).all()


async def forget_over(session: AsyncSession, now: datetime) -> None:
    """Delete the silences that are over."""
    await session.execute(delete(Silence).where(Silence.silent_until <= now))
