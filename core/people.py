"""People: who pressed, signed in or is assigned. Telegram proves who somebody is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.errors import NotFound
from core.models import Chat, ChatPerson, Person

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


async def people_in(
    session: AsyncSession, chat_id: int, *, limit: int, offset: int = 0
) -> Sequence[Person]:
    """List whom an incident can be given to in a chat, by name.

    In a default chat, the team's, that is everybody whom Telegram knows; in any other those who
    were seen there.
    """
    seen = select(ChatPerson.person_id).where(ChatPerson.chat_id == chat_id)
    team = select(Chat.id).where(Chat.id == chat_id, Chat.is_default)
    query = (
        select(Person)
        .where(Person.telegram_id.is_not(None), or_(team.exists(), Person.id.in_(seen)))
        .order_by(Person.name, Person.id)
        .offset(offset)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def see_in(session: AsyncSession, person: Person, chat_id: int) -> None:
    """Write down that a person does something in a chat of ours."""
    if await session.get(Chat, chat_id):
        row = {"chat_id": chat_id, "person_id": person.id}
        new = insert_into(ChatPerson, dialect_of(session)).values(**row)
        await session.execute(new.on_conflict_do_nothing(index_elements=list(row)))


async def leave(session: AsyncSession, telegram_id: int, chat_id: int) -> None:
    """Write down that somebody is no longer in a chat."""
    person = select(Person.id).where(Person.telegram_id == telegram_id)
    gone = delete(ChatPerson).where(ChatPerson.chat_id == chat_id, ChatPerson.person_id.in_(person))
    await session.execute(gone)


async def find_by_telegram_id(session: AsyncSession, telegram_id: int) -> Person:
    """Find a known person. Raises NotFound."""
    query = select(Person).where(Person.telegram_id == telegram_id)
    person = (await session.scalars(query)).one_or_none()
    if person is None:
        raise NotFound("person with Telegram id", telegram_id)
    return person
