"""People: one for each Telegram account, named as they are today."""

from datetime import datetime, timedelta

from core.db import Database
from core.people import MAX_LISTED, NAME_CHARS, ensure_operator, ensure_person, people
from tests.core.races import both_at_once

ALICE = 2**40


async def test_a_person_is_written_down_once_and_keeps_the_name_of_today(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        met = await ensure_person(session, now, ALICE, "Alice", username="al", locale="ru")
    later = now + timedelta(days=1)
    async with database.writing() as session:
        again = await ensure_person(session, later, ALICE, "Alice Smith")
    assert (again.id, again.name, again.telegram_id) == (met.id, "Alice Smith", ALICE)
    assert (again.username, again.locale, again.created_at) == (None, "ru", now)


async def test_a_long_name_is_cut(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        person = await ensure_person(session, now, ALICE, "я" * 500)
        await session.refresh(person)
    assert person.name == "я" * NAME_CHARS


async def test_a_person_met_twice_at_once_is_one(database: Database, now: datetime) -> None:
    one, other = await both_at_once(
        database,
        lambda session: ensure_person(session, now, ALICE, "Alice"),
        lambda session: ensure_person(session, now, ALICE, "Alice"),
    )
    assert one.id == other.id


async def test_there_is_one_operator_without_a_telegram_account(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await ensure_person(session, now, ALICE, "Alice")
        operator = await ensure_operator(session, now)
    async with database.writing() as session:
        again = await ensure_operator(session, now)
    assert (again.id, again.name, again.telegram_id) == (operator.id, "operator", None)


async def test_people_are_listed_by_name_and_no_more_than_the_cap(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        for n in range(MAX_LISTED + 2):
            await ensure_person(session, now, ALICE + n, f"Person {MAX_LISTED + 2 - n:03}")
        listed = [person.name for person in await people(session)]
    assert listed == [f"Person {n:03}" for n in range(1, MAX_LISTED + 1)]
