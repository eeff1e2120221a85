"""The database: exact times, whole transactions, and a bell after the commit."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from core.bell import Bell
from core.db import Database, hour_of, microseconds_of, moment_of, ring_after_commit
from core.models import Fact, Person
from tests.core.races import committed, rolled_back

PATIENCE = 15


class CountingBell(Bell):
    """A bell that remembers how often it rang."""

    rings = 0

    def ring(self) -> None:
        self.rings += 1
        super().ring()


@pytest.fixture
def bell(database: Database) -> CountingBell:
    database.delivery_due = counting = CountingBell()
    return counting


async def write_fact(session: AsyncSession) -> None:
    session.add(Fact(key="k", value="v"))
    await session.flush()


async def write_and_ring(session: AsyncSession) -> None:
    await write_fact(session)
    ring_after_commit(session)


async def fact(database: Database) -> Fact | None:
    async with database.reading() as session:
        return await session.get(Fact, "k")


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_and_moments_are_the_same_thing(moment: datetime) -> None:
    assert moment_of(microseconds_of(moment)) == moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_lies_in_the_hour_it_is_said_to_lie_in(moment: datetime) -> None:
    assert hour_of(moment) == moment.replace(minute=0, second=0, microsecond=0)


async def test_a_moment_comes_back_to_the_microsecond_and_in_utc(database: Database) -> None:
    for moment in (
        datetime(2026, 11, 23, 9, 0, 0, 123_457, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=3, minutes=30))),
    ):
        async with database.writing() as session:
            person = Person(name="Alice", created_at=moment)
            session.add(person)
        async with database.reading() as session:
            kept = await session.scalar(select(Person).where(Person.created_at == moment))
        assert kept is not None
        assert (kept.id, kept.created_at) == (person.id, moment)
        assert kept.created_at.tzinfo is UTC


async def test_moments_are_ordered_to_the_microsecond(database: Database, now: datetime) -> None:
    moments = [now + timedelta(microseconds=n) for n in (5, -3, 0, 10**12, -(10**15))]
    async with database.writing() as session:
        session.add_all(Person(name="x", created_at=moment) for moment in moments)
        await session.flush()
        query = select(Person.created_at).order_by(Person.created_at)
        assert (await session.scalars(query)).all() == sorted(moments)
        later = await session.scalars(query.where(Person.created_at > now))
        assert later.all() == sorted(moments)[3:]


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - what must not get in
    async with database.reading() as session:
        with pytest.raises(StatementError):
            await session.scalar(select(Person.id).where(Person.created_at == naive))


async def test_writing_commits_at_its_end(database: Database) -> None:
    await committed(database, write_fact)
    assert await fact(database)


async def test_writing_rolls_everything_back_on_an_error(database: Database) -> None:
    await rolled_back(database, write_fact)
    assert await fact(database) is None


async def test_what_a_reader_changes_is_thrown_away(database: Database) -> None:
    async with database.reading() as session:
        await write_fact(session)
    assert await fact(database) is None


async def test_what_was_read_can_be_used_after_its_transaction(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        session.add(alice := Person(name="Alice", created_at=now))
    assert (alice.id, alice.name) == (alice.id, "Alice")


async def test_a_reader_is_not_blocked_by_a_writer_and_sees_what_is_committed(
    database: Database,
) -> None:
    async with asyncio.timeout(PATIENCE):
        async with database.writing() as session:
            await write_fact(session)
            assert await fact(database) is None
        assert await fact(database)


async def test_a_reader_gets_in_however_many_writers_wait(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.writing() as session:
            session.add(Fact(key=str(number), value=""))

    async with asyncio.timeout(PATIENCE):
        async with database.writing() as session:
            await write_fact(session)
            others = [asyncio.create_task(write(number)) for number in range(30)]
            for _ in range(100):
                await asyncio.sleep(0)
            assert await fact(database) is None
        await asyncio.gather(*others)


async def test_the_bell_rings_once_after_a_commit_that_left_something_to_deliver(
    database: Database, bell: CountingBell
) -> None:
    async with database.writing() as session:
        await write_and_ring(session)
        ring_after_commit(session)
        assert bell.rings == 0
    assert bell.rings == 1
    async with database.writing() as session:
        session.add(Fact(key="other", value=""))
    assert bell.rings == 1


async def test_the_bell_does_not_ring_for_what_was_rolled_back(
    database: Database, bell: CountingBell
) -> None:
    await rolled_back(database, write_and_ring)
    assert bell.rings == 0


async def test_whoever_the_bell_wakes_finds_what_was_written(database: Database) -> None:
    async def wait_and_look() -> Fact | None:
        await database.delivery_due.wait(PATIENCE)
        return await fact(database)

    waiting = asyncio.create_task(wait_and_look())
    await committed(database, write_and_ring)
    assert await waiting


async def test_rings_while_nobody_waits_are_one() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    await bell.wait(PATIENCE)
    quiet = asyncio.create_task(bell.wait(PATIENCE))
    await asyncio.sleep(0)
    assert not quiet.done()
    bell.ring()
    await quiet
