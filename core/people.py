"""People: who pressed, signed in or is assigned. Telegram proves who somebody is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.errors import NotFound
from core.models import Person

NAME_CHARS = 130
MAX_LISTED = 200


async def ensure_person(
    session: AsyncSession,
    now: datetime,
    telegram_id: int,
    name: str,
    *,
    username: str | None = None,
    locale: str | None = None,
) -> Person:
    """Find the person behind a Telegram account, and keep the name as it is today."""
    await session.execute(
        insert_into(Person, dialect_of(session))
        .values(telegram_id=telegram_id, name=name[:NAME_CHARS], created_at=now)
        .on_conflict_do_nothing(index_elements=["telegram_id"])
    )
    person = (await session.scalars(select(Person).where(Person.telegram_id == telegram_id))).one()
    person.name = name[:NAME_CHARS]
    person.username = username
    person.locale = locale or person.locale
    await session.flush()
    return person


async def ensure_operator(session: AsyncSession, now: datetime) -> Person:
    """Find the person who has the machine itself but no Telegram account: the operator."""
    query = select(Person).where(Person.telegram_id.is_(None)).order_by(Person.id).limit(1)
    person = (await session.scalars(query)).one_or_none()
    if person is None:
        person = Person(name="operator", created_at=now)
        session.add(person)
        await session.flush()
    return person


async def people(session: AsyncSession) -> Sequence[Person]:
    """List whom an incident can be assigned to, by name."""
    return (await session.scalars(select(Person).order_by(Person.name).limit(MAX_LISTED))).all()


async def find_by_telegram_id(session: AsyncSession, telegram_id: int) -> Person:
    """Find a known person. Raises NotFound."""
    query = select(Person).where(Person.telegram_id == telegram_id)
    person = (await session.scalars(query)).one_or_none()
    if person is None:
        raise NotFound("person with Telegram id", telegram_id)
    return person
