"""Topics that are gone: the routes into them end in their chat itself from then on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import App, AppChat
from core.notices import add_notice

NOTICE_KIND = "topic_gone"
MAX_NAMED = 10


async def forget_topic(
    session: AsyncSession, now: datetime, chat_id: int, thread_id: int
) -> Sequence[int]:
    """Have the apps of a topic come to its chat, which is told so; returns the apps' ids."""
    gone = (
        update(AppChat)
        .where(AppChat.chat_id == chat_id, AppChat.thread_id == thread_id)
        .values(thread_id=None)
        .returning(AppChat.app_id)
        .execution_options(synchronize_session=False)
    )
    apps = sorted((await session.scalars(gone)).all())
    if apps:
        key = f"{NOTICE_KIND}:{chat_id}:{thread_id}:{now.isoformat()}"
        await add_notice(session, now, chat_id, NOTICE_KIND, key, {"apps": apps})
    return apps


async def names_of(session: AsyncSession, app_ids: Sequence[int]) -> Sequence[str]:
    """List the first names of these apps."""
    query = select(App.name).where(App.id.in_(app_ids)).order_by(App.name).limit(MAX_NAMED)
    return (await session.scalars(query)).all()
