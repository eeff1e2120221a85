"""Lanes: one process has a chat at a time, and all together keep its pace."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import lanes
from core.chats import ensure_chat
from core.db import Database
from core.due import Due
from core.lanes import BOT, LEASE
from core.models import Lane
from core.pace import Limit, Paces
from core.urgency import Urgency
from tests.core.races import both_at_once, committed
from tests.factories import DEFAULTS, OPS, Scene

ME, OTHER = 1, 2
CHATS = (OPS, -1002, -1003)
SECOND = timedelta(seconds=1)
PACES = Paces(
    private=(Limit(3, 3.0),),
    group=(Limit(4, 4.0, 1), Limit(18, 60.0, 4)),
    bot=(Limit(2, 1.0, 1),),
    answers=(Limit(1, 1.0),),
    counter_seconds=6.0,
)


@pytest.fixture(autouse=True)
async def three_chats(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        for chat_id in CHATS:
            await ensure_chat(session, chat_id, DEFAULTS)


def due(now: datetime, chat_id: int = OPS, urgency: Urgency = Urgency.person) -> Due:
    return Due("card", 1, chat_id, urgency, now)


async def taken(
    session: AsyncSession, now: datetime, wishes: Sequence[Due], owner: int = ME
) -> list[int]:
    """The chats whose lanes this owner gets."""
    desk = await lanes.desk(session, now, PACES, [one.chat_id for one in wishes])
    return [one.chat_id for one in wishes if desk.take(one, owner)]


async def given_back(
    session: AsyncSession, now: datetime, owner: int = ME, *, sent: bool = True
) -> Lane | None:
    return await lanes.release(session, now, PACES, OPS, owner, sent=sent)


async def sent(session: AsyncSession, now: datetime, urgency: Urgency = Urgency.person) -> bool:
    """Send one message, if it may go now."""
    gone = bool(await taken(session, now, [due(now, urgency=urgency)]))
    if gone:
        await given_back(session, now)
    return gone


async def test_a_lane_has_one_owner_until_it_gives_it_back(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        assert await taken(session, now, [due(now)]) == [OPS]
        assert await taken(session, now + SECOND, [due(now)], OTHER) == []
        assert await given_back(session, now + SECOND, OTHER) is None
        assert await given_back(session, now + SECOND)
        assert await taken(session, now + SECOND, [due(now)], OTHER) == [OPS]


async def test_of_two_who_want_the_same_lanes_at_once_each_lane_goes_to_one(
    database: Database, now: datetime
) -> None:
    wishes = [due(now, chat_id) for chat_id in CHATS[:2]]
    assert await both_at_once(
        database,
        lambda session: taken(session, now, wishes[:1]),
        lambda session: taken(session, now, wishes, OTHER),
    ) == ([OPS], [-1002])


async def test_what_everybody_took_together_keeps_the_bots_pace(
    database: Database, now: datetime
) -> None:
    wishes = [due(now, chat_id) for chat_id in CHATS]
    async with database.writing() as session:
        assert await taken(session, now, wishes) == list(CHATS[:2])
        assert await taken(session, now, wishes, OTHER) == []
        assert await lanes.opening(session, now) == now + SECOND
        assert await taken(session, now + SECOND, wishes, OTHER) == [CHATS[2]]


async def test_what_people_wait_for_finds_room_in_the_bots_pace(
    database: Database, now: datetime
) -> None:
    rest = [due(now, chat_id, Urgency.new) for chat_id in CHATS[:2]]
    async with database.writing() as session:
        assert await taken(session, now, rest) == [CHATS[0]]
        assert await taken(session, now, [due(now, CHATS[2])]) == [CHATS[2]]


async def test_what_is_not_urgent_leaves_room_for_what_is(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        for n in range(3):
            assert await sent(session, now + n * SECOND, Urgency.new)
        assert not await sent(session, now + 3 * SECOND, Urgency.new)
        assert await sent(session, now + 3 * SECOND, Urgency.person)


async def test_what_only_counts_on_goes_once_in_its_time(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        assert await sent(session, now, Urgency.counter)
        assert not await sent(session, now + 5 * SECOND, Urgency.crit_counter)
        assert await sent(session, now + 5 * SECOND, Urgency.new)
        assert await sent(session, now + 6 * SECOND, Urgency.counter)


async def test_a_message_counts_from_the_end_of_its_call(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        await taken(session, now, [due(now)])
        lane = await given_back(session, now + 9 * SECOND)
        assert lane
        assert lane.taken == [(now + 9 * SECOND).timestamp()]


async def test_what_was_not_sent_takes_no_place(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        await taken(session, now, [due(now)])
        lane = await given_back(session, now, sent=False)
        assert lane
        assert lane.taken == []
        desk = await lanes.desk(session, now, PACES, [OPS])
        assert desk.take(due(now), ME)
        desk.leave(due(now))
        assert (lane.lease_owner, lane.taken) == (None, [])


async def test_a_refused_chat_waits_at_least_as_long_as_telegram_said_and_goes_slower(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await taken(session, now, [due(now)])
        lane = await given_back(session, now)
        assert lane
        await lanes.refused(session, now, PACES, lane, 7)
        assert now + 7 * SECOND <= lane.urgent_open_at <= now + 8 * SECOND
        assert lane.share == 0.7
        assert await taken(session, now + SECOND, [due(now, -1002)]) == [-1002]


async def test_refusals_of_three_chats_at_once_hold_the_whole_bot(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        for n, chat_id in enumerate(CHATS):
            lane = await session.get_one(Lane, chat_id)
            await lanes.refused(session, now + n * SECOND, PACES, lane, 5)
        bot = await session.get_one(Lane, BOT)
        assert bot.open_at >= now + 7 * SECOND


async def test_refusals_far_apart_hold_only_their_chats(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        for n, chat_id in enumerate(CHATS):
            lane = await session.get_one(Lane, chat_id)
            await lanes.refused(session, now + 6 * n * SECOND, PACES, lane, 5)
        assert (await session.get_one(Lane, BOT)).blocked_until is None


async def test_a_slow_call_counts_for_the_whole_bot_from_its_end(
    database: Database, now: datetime
) -> None:
    ended = now + 5 * SECOND
    async with database.writing() as session:
        await taken(session, now, [due(now, chat_id) for chat_id in CHATS[:2]])
        bot = await session.get_one(Lane, BOT)
        await given_back(session, ended)
        assert bot.taken == [now.timestamp(), ended.timestamp()]


async def test_what_was_not_sent_does_not_count_for_the_bot(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await taken(session, now, [due(now)])
        await given_back(session, now + SECOND, sent=False)
        assert (await session.get_one(Lane, BOT)).taken == []


async def test_an_answer_takes_its_place_and_waits_for_nobody(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        for chat_id in (OPS, OPS, 101):
            await lanes.count_answer(session, now, PACES, chat_id)
        assert len((await session.get_one(Lane, OPS)).taken) == 2
        assert len((await session.get_one(Lane, BOT)).taken) == 2  # all that its limit asks of


async def test_a_lane_whose_lease_ran_out_is_taken_back(database: Database, now: datetime) -> None:
    overdue = Lane.lease_until < now + LEASE + SECOND
    async with database.writing() as session:
        await taken(session, now, [due(now)])
        assert not await lanes.are_left(session, Lane.lease_until < now + LEASE)
        assert await lanes.are_left(session, overdue)
        assert await lanes.free(session, overdue) == [OPS]
    assert await committed(database, lambda session: taken(session, now, [due(now)], OTHER))
