"""The inbox: stored once, handled once, set aside when it cannot be handled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.inbox import KEPT, MAX_ATTEMPTS, NewUpdate, claim, failed, forget_old, store, waiting
from core.models import Update
from tests.core.races import both_at_once, committed, rolled_back

BOT = 123_456_789
LANE, OTHER_LANE = 101, -1001


def updates(*numbers: int, lane: int = LANE) -> list[NewUpdate]:
    return [NewUpdate(number, lane, f'{{"update_id": {number}}}') for number in numbers]


async def stored(
    database: Database, now: datetime, new: Sequence[NewUpdate], bot: int = BOT
) -> None:
    async with database.writing() as session:
        await store(session, now, bot, new)


async def numbers(session: AsyncSession, **filters: Sequence[int]) -> list[int]:
    return [row.update_id for row in await waiting(session, BOT, **filters)]  # type: ignore[arg-type]


async def only_row(database: Database) -> Update:
    async with database.reading() as session:
        return (await session.scalars(select(Update))).one()


async def test_updates_wait_in_the_order_in_which_they_came(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(7, 5, 9))
    await stored(database, now, updates(6))
    await stored(database, now, [])
    async with database.reading() as session:
        rows = await waiting(session, BOT)
    assert [row.update_id for row in rows] == [7, 5, 9, 6]
    assert (rows[0].lane, rows[0].body, rows[0].received_at) == (LANE, '{"update_id": 7}', now)


async def test_the_same_update_twice_is_one(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    await stored(database, now + timedelta(hours=1), updates(1, 2, 2))
    async with database.reading() as session:
        rows = await waiting(session, BOT)
    assert [(row.update_id, row.received_at) for row in rows] == [
        (1, now),
        (2, now + timedelta(hours=1)),
    ]


async def test_the_same_update_stored_by_two_at_once_is_one(
    database: Database, now: datetime
) -> None:
    await both_at_once(
        database,
        lambda session: store(session, now, BOT, updates(1, 2)),
        lambda session: store(session, now, BOT, updates(1, 2, 3)),
    )
    async with database.reading() as session:
        assert await numbers(session) == [1, 2, 3]


async def test_an_update_that_was_handled_does_not_come_back(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    assert await committed(database, lambda session: claim(session, row.id))
    await stored(database, now, updates(1))
    async with database.reading() as session:
        assert await numbers(session) == []


async def test_another_bots_updates_are_its_own(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    await stored(database, now, updates(1, 2), bot=BOT + 1)
    async with database.reading() as session:
        assert await numbers(session) == [1]


async def test_busy_lanes_and_the_limit_keep_updates_back(
    database: Database, now: datetime
) -> None:
    await stored(database, now, [*updates(1), *updates(2, lane=OTHER_LANE), *updates(3)])
    async with database.reading() as session:
        assert await numbers(session, except_lanes=[LANE]) == [2]
        assert await numbers(session, except_lanes=[LANE, OTHER_LANE]) == []
        assert [row.update_id for row in await waiting(session, BOT, limit=2)] == [1, 2]


async def test_of_two_handlers_at_once_one_handles(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    taken = await both_at_once(
        database,
        lambda session: claim(session, row.id),
        lambda session: claim(session, row.id),
    )
    assert taken == (True, False)
    assert (await only_row(database)).status == "done"


async def test_a_handler_that_fails_leaves_the_update_to_the_next(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    await rolled_back(database, lambda session: claim(session, row.id))
    assert (await only_row(database)).status == "waiting"
    assert await committed(database, lambda session: claim(session, row.id))


async def test_an_update_is_set_aside_when_it_failed_three_times(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1, 2))
    async with database.writing() as session:
        row = (await waiting(session, BOT))[0]
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert await numbers(session) == [1, 2]
            await failed(session, row.id, f"failure {attempt} " + "x" * 1000)
        assert await numbers(session) == [2]
        assert (row.status, row.attempts) == ("dead", MAX_ATTEMPTS)
        assert (row.error or "").startswith("failure 3 x")
        assert not await claim(session, row.id)


async def test_what_can_never_be_handled_is_set_aside_at_once(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    await committed(database, lambda session: failed(session, row.id, "not JSON", final=True))
    left = await only_row(database)
    assert (left.status, left.attempts, left.error) == ("dead", 1, "not JSON")


async def test_any_error_text_can_be_kept(database: Database, now: datetime) -> None:
    for number, error in enumerate(["", "я" * 600, "bad byte \0 in it", "half \ud83d of it"]):
        await stored(database, now, updates(number))
        async with database.writing() as session:
            row = (await waiting(session, BOT))[0]
            await failed(session, row.id, error, final=True)


async def test_a_failure_told_late_does_not_undo_what_another_handled(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    await committed(database, lambda session: claim(session, row.id))
    await committed(database, lambda session: failed(session, row.id, "too late", final=True))
    assert (await only_row(database)).status == "done"


async def test_old_updates_are_forgotten_but_never_one_that_waits(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1, 2, 3))
    await stored(database, now + timedelta(microseconds=1), updates(4))
    async with database.writing() as session:
        done, dead, _, young = await waiting(session, BOT)
        await claim(session, done.id)
        await claim(session, young.id)
        await failed(session, dead.id, "broken", final=True)
    async with database.writing() as session:
        await forget_old(session, now + KEPT)
        assert await session.scalar(select(func.count(Update.id))) == 4
        await forget_old(session, now + KEPT + timedelta(microseconds=1))
        left = await session.scalars(select(Update.update_id).order_by(Update.update_id))
        assert left.all() == [3, 4]
