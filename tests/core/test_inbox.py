"""The inbox: stored once, handled once and in order, set aside when it cannot be handled."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import inbox
from core.db import Database
from core.errors import NotFound
from core.inbox import KEPT, MAX_ATTEMPTS, RETRY_PAUSE, Backlog, NewUpdate, claim, due, failed
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
        await inbox.store(session, now, bot, new)


async def numbers(
    session: AsyncSession, now: datetime, except_lanes: Collection[int] = ()
) -> list[int]:
    return [row.update_id for row in await due(session, now, BOT, except_lanes=except_lanes)]


async def rows(database: Database) -> Sequence[Update]:
    async with database.reading() as session:
        return (await session.scalars(select(Update).order_by(Update.id))).all()


async def only_row(database: Database) -> Update:
    (row,) = await rows(database)
    return row


async def made_dead(database: Database, now: datetime) -> Update:
    """Store an update and set it aside."""
    await stored(database, now, updates(1))
    row = await only_row(database)
    await committed(database, lambda session: failed(session, now, row.id, "broken", final=True))
    return row


async def test_a_lane_keeps_the_order_in_which_its_updates_came(
    database: Database, now: datetime
) -> None:
    await stored(database, now, [*updates(7, 5), *updates(9, lane=OTHER_LANE)])
    await stored(database, now, [])
    handled = []
    while True:
        async with database.writing() as session:
            firsts = await due(session, now, BOT)
            handled.append([row.update_id for row in firsts])
            if not firsts:
                break
            assert all([await claim(session, row.id) for row in firsts])
    assert handled == [[7, 9], [5], []]


async def test_an_update_is_kept_as_it_came(database: Database, now: datetime) -> None:
    await stored(database, now, updates(7))
    row = await only_row(database)
    assert (row.lane, row.body, row.received_at) == (LANE, '{"update_id": 7}', now)


async def test_the_same_update_twice_is_one(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    await stored(database, now + timedelta(hours=1), updates(1, 2, 2))
    assert [(row.update_id, row.received_at) for row in await rows(database)] == [
        (1, now),
        (2, now + timedelta(hours=1)),
    ]


async def test_the_same_press_under_another_number_is_one(
    database: Database, now: datetime
) -> None:
    await stored(database, now, [NewUpdate(1, LANE, "{}", "query"), NewUpdate(2, LANE, "{}")])
    await stored(database, now, [NewUpdate(3, LANE, "{}", "query"), NewUpdate(4, LANE, "{}")])
    await stored(database, now, [NewUpdate(3, LANE, "{}", "query")], bot=BOT + 1)
    assert [(row.bot_id, row.update_id) for row in await rows(database)] == [
        (BOT, 1),
        (BOT, 2),
        (BOT, 4),
        (BOT + 1, 3),
    ]


async def test_the_same_update_stored_by_two_at_once_is_one(
    database: Database, now: datetime
) -> None:
    await both_at_once(
        database,
        lambda session: inbox.store(session, now, BOT, updates(1, 2)),
        lambda session: inbox.store(session, now, BOT, updates(1, 2, 3)),
    )
    assert [row.update_id for row in await rows(database)] == [1, 2, 3]


async def test_an_update_that_was_handled_does_not_come_back(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    assert await committed(database, lambda session: claim(session, row.id))
    await stored(database, now, updates(1))
    async with database.reading() as session:
        assert await numbers(session, now) == []


async def test_another_bots_updates_are_its_own(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    await stored(database, now, updates(1, lane=OTHER_LANE), bot=BOT + 1)
    async with database.reading() as session:
        assert await numbers(session, now) == [1]


async def test_busy_lanes_and_the_limit_keep_updates_back(
    database: Database, now: datetime
) -> None:
    await stored(database, now, [*updates(1), *updates(2, lane=OTHER_LANE), *updates(3)])
    async with database.reading() as session:
        assert await numbers(session, now, except_lanes=[LANE]) == [2]
        assert await numbers(session, now, except_lanes=[LANE, OTHER_LANE]) == []
        assert [row.update_id for row in await due(session, now, BOT, limit=1)] == [1]


async def test_of_two_handlers_at_once_one_handles_and_neither_waits(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    if database.is_sqlite:
        taken = await both_at_once(
            database,
            lambda session: claim(session, row.id),
            lambda session: claim(session, row.id),
        )
        assert taken == (True, False)
    else:
        async with database.writing() as session, asyncio.timeout(30):
            assert await claim(session, row.id)
            assert not await committed(database, lambda other: claim(other, row.id))
    assert (await only_row(database)).status == "done"


async def test_while_the_first_of_a_lane_is_in_hand_the_next_is_handed_to_nobody(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1, 2))
    first, second = await rows(database)
    async with database.writing() as session:
        assert await claim(session, first.id)
        async with database.reading() as other:
            assert await numbers(other, now) == [1]
    async with database.reading() as session:
        assert [row.id for row in await due(session, now, BOT)] == [second.id]


async def test_a_handler_that_fails_leaves_the_update_to_the_next(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    await rolled_back(database, lambda session: claim(session, row.id))
    assert (await only_row(database)).status == "waiting"
    assert await committed(database, lambda session: claim(session, row.id))


async def test_an_update_that_failed_is_tried_again_later_and_set_aside_the_third_time(
    database: Database, now: datetime
) -> None:
    await stored(database, now, [*updates(1, 2), *updates(3, lane=OTHER_LANE)])
    first = (await rows(database))[0]
    async with database.writing() as session:
        for attempt in range(1, MAX_ATTEMPTS):
            assert await numbers(session, now) == [1, 3]
            assert not await failed(session, now, first.id, f"failure {attempt}")
            assert await numbers(session, now) == [3]
            now += RETRY_PAUSE * 2 ** (attempt - 1)
        assert await numbers(session, now) == [1, 3]
        assert await failed(session, now, first.id, "failure 3 " + "x" * 1000)
        assert await numbers(session, now) == [2, 3]
        assert not await claim(session, first.id)
    row = (await rows(database))[0]
    assert (row.status, row.attempts) == ("dead", MAX_ATTEMPTS)
    assert (row.error or "").startswith("failure 3 x")


async def test_what_can_never_be_handled_is_set_aside_at_once(
    database: Database, now: datetime
) -> None:
    await made_dead(database, now)
    left = await only_row(database)
    assert (left.status, left.attempts, left.error) == ("dead", 1, "broken")


async def test_any_error_text_can_be_kept(database: Database, now: datetime) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    for error in ("", "я" * 600, "bad byte \0 in it, half \ud83d of it"):
        async with database.writing() as session:
            await failed(session, now, row.id, error)


async def test_a_failure_told_late_does_not_undo_what_another_handled(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1))
    row = await only_row(database)
    await committed(database, lambda session: claim(session, row.id))
    assert not await committed(
        database, lambda session: failed(session, now, row.id, "too late", final=True)
    )
    assert (await only_row(database)).status == "done"


async def test_what_was_set_aside_is_seen_and_handled_again_when_somebody_says_so(
    database: Database, now: datetime
) -> None:
    row = await made_dead(database, now)
    await stored(database, now, updates(2))
    async with database.writing() as session:
        assert [one.id for one in await inbox.set_aside(session)] == [row.id]
        assert await inbox.backlog(session) == Backlog(waiting=1, set_aside=1)
        await inbox.replay(session, row.id)
        assert await numbers(session, now) == [1]
        assert await inbox.backlog(session) == Backlog(waiting=2, set_aside=0)


async def test_what_was_set_aside_is_settled_once(database: Database, now: datetime) -> None:
    row = await made_dead(database, now)
    await committed(database, lambda session: inbox.discard(session, row.id))
    for settle in (inbox.replay, inbox.discard):
        async with database.writing() as session:
            with pytest.raises(NotFound):
                await settle(session, row.id)
    async with database.reading() as session:
        assert await inbox.backlog(session) == Backlog(waiting=0, set_aside=0)


async def test_old_updates_are_forgotten_but_never_one_that_waits(
    database: Database, now: datetime
) -> None:
    await stored(database, now, updates(1, 2, 3))
    await stored(database, now + timedelta(microseconds=1), updates(4))
    done, dead, _, young = await rows(database)
    async with database.writing() as session:
        await claim(session, done.id)
        await claim(session, young.id)
        await failed(session, now, dead.id, "broken", final=True)
    async with database.writing() as session:
        await inbox.forget_old(session, now + KEPT)
        assert await session.scalar(select(func.count(Update.id))) == 4
        await inbox.forget_old(session, now + KEPT + timedelta(microseconds=1))
        left = await session.scalars(select(Update.update_id).order_by(Update.update_id))
        assert left.all() == [3, 4]
