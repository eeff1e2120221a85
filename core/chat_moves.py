"""A group that became a supergroup: everything that names its old id gets the new one, at once.

Telegram tells so by a refused call and by service messages in both chats; whichever comes first
counts. The settings may name the old id for ever, so what became of it is remembered.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    PrimaryKeyConstraint,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core import storms
from core.chats import ChatDefaults, ensure_chat, remember_move
from core.db import Base, ring_after_commit
from core.lifecycle import UNRESOLVED
from core.models import Card, Chat, Incident, Storm
from core.notices import add_notice

NOTICE_KIND = "moved"
MAX_REPOSTED = 5


async def move_chat(session: AsyncSession, now: datetime, old_id: int, new_id: int) -> bool:
    """Have the new chat take the old one's place; False when it has, or nobody knew the old one.

    No message came along: cards of what is open are sent once more, as one list if they are many.
    """
    old = await session.get(Chat, old_id, with_for_update=True, populate_existing=True)
    if old is None or old_id == new_id:
        return False
    await _take_over(session, old, new_id)
    await _lose_messages(session, now, old_id)
    await storms.merge(session, old_id, new_id)
    for column in columns_naming_a_chat():
        await _rename(session, column, old_id, new_id)
    await session.delete(old)
    await remember_move(session, old_id, new_id)
    if await _is_too_much(session, new_id):
        await _show_as_list(session, now, old_id, new_id)
    ring_after_commit(session)
    return True


async def _take_over(session: AsyncSession, old: Chat, new_id: int) -> None:
    new = await session.get(Chat, new_id)
    if new is None:
        new = await ensure_chat(session, new_id, ChatDefaults(old.locale, old.time_zone))
        for column in Chat.__table__.columns:
            if column is not Chat.__table__.c.id:
                setattr(new, column.key, getattr(old, column.key))
    new.kind, new.is_default = "supergroup", new.is_default or old.is_default
    new.disabled_at = new.trouble = new.last_error = None
    await session.flush()


async def _lose_messages(session: AsyncSession, now: datetime, old_id: int) -> None:
    """Forget the messages that stayed behind; what is over needs no new one."""
    lost = {"message_id": None, "shown_hash": None, "shown_revision": 0, "due_at": now}
    open_now = select(Incident.id).where(Incident.status.in_(UNRESOLVED))
    for kind, is_over in (
        (Card, Card.incident_id.not_in(open_now)),
        (Storm, Storm.ended_at.is_not(None)),
    ):
        of_chat = update(kind).where(kind.chat_id == old_id)
        await session.execute(of_chat.values(**lost))
        await session.execute(of_chat.where(is_over).values(shown_revision=kind.wanted_revision))


def columns_naming_a_chat() -> Iterator[Column[Any]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "chats.id" for key in column.foreign_keys):
                yield column


async def _rename(session: AsyncSession, column: Column[Any], old_id: int, new_id: int) -> None:
    """Have a table's rows name the new chat; of two that may not both be, the new one's stays."""
    table, twin = column.table, column.table.alias()
    for key in _keys_with(column):
        same = [twin.c[part.name] == part for part in key if part is not column]
        there = select(twin.c[column.name]).where(twin.c[column.name] == new_id, *same)
        await session.execute(delete(table).where(column == old_id, there.exists()))
    await session.execute(update(table).where(column == old_id).values({column.name: new_id}))


def _keys_with(column: Column[Any]) -> Iterator[Sequence[Column[Any]]]:
    """List the columns of every key of a table that has this one in it."""
    for key in column.table.constraints:
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint) and column in list(key):
            yield list(key)


async def _is_too_much(session: AsyncSession, chat_id: int) -> bool:
    waiting = select(func.count()).where(
        Card.chat_id == chat_id,
        Card.message_id.is_(None),
        Card.absorbed.is_(False),
        Card.wanted_revision != Card.shown_revision,
    )
    return (await session.scalar(waiting) or 0) > MAX_REPOSTED


async def _show_as_list(session: AsyncSession, now: datetime, old_id: int, new_id: int) -> None:
    """Say in one notice what is open; each gets its card when something happens to it."""
    await session.execute(
        update(Card)
        .where(Card.chat_id == new_id, Card.message_id.is_(None), Card.absorbed.is_(False))
        .values(shown_revision=Card.wanted_revision)
    )
    await add_notice(session, now, new_id, NOTICE_KIND, f"{NOTICE_KIND}:{old_id}", {})
