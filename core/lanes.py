"""Lanes: who sends into a chat now, and when the next message may go; shared by all processes.

A lane is leased for one call, and its place in the pace is taken in the same transaction. The
lease outlives the longest call; who writes a result shows that the lane is still its own. Locks
are asked for in one order, a chat's lane before the bot's, and whoever holds the bot's lane waits
for nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import random
from typing import Any

from sqlalchemy import (
    ColumnElement,
    case,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.due import Due
from core.models import Lane
from core.pace import (
    SLOWED_TO,
    Paces,
    counter_pause,
    counters_open_at,
    opens_at,
    share_of,
    with_another,
)
from core.urgency import COUNTERS, LEAST_URGENT_OF_PEOPLE

BOT = 0
LEASE = timedelta(seconds=90)  # longer than the longest call, which is a create of 75 s
REFUSED_CHATS = 3
REFUSED_WITHIN = timedelta(seconds=5)
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Desk:
    """The lanes that were free, locked for this transaction, and the bot's own."""

    def __init__(self, now: datetime, paces: Paces, bot: Lane, lanes: Sequence[Lane]) -> None:
        self._now = now
        self._paces = paces
        self._bot = bot
        self._lanes = {lane.chat_id: lane for lane in lanes}

    def take(self, due: Due, owner: int) -> bool:
        """Lease the lane of what goes out now, and count the message; False when it may not go."""
        lane = self._lanes.get(due.chat_id)
        if lane is None or lane.lease_owner:
            return False
        if not (is_open(lane, due.urgency, self._now) and self._bot_may_send(due.urgency)):
            return False
        if due.urgency in COUNTERS:
            pause = counter_pause(
                self._paces, _limits(lane, self._paces), lane.taken, self._now.timestamp()
            )
            lane.counter_open_at = self._now + timedelta(seconds=pause)
        lane.lease_owner, lane.lease_until = owner, self._now + LEASE
        _count(lane, self._now, self._paces)
        _count(self._bot, self._now, self._paces)
        return True

    def _bot_may_send(self, urgency: int) -> bool:
        urgent = urgency <= LEAST_URGENT_OF_PEOPLE
        return (self._bot.urgent_open_at if urgent else self._bot.open_at) <= self._now

    def leave(self, due: Due) -> None:
        """Give back the lane of what does not go after all."""
        _give_back(self._lanes[due.chat_id], self._now, self._paces)


def is_open(lane: Lane, urgency: int, now: datetime) -> bool:
    """Tell whether something of this urgency may go now."""
    urgent = urgency <= LEAST_URGENT_OF_PEOPLE
    opens = [lane.urgent_open_at if urgent else lane.open_at]
    if urgency in COUNTERS:
        opens.append(lane.counter_open_at)
    return max(opens) <= now


async def ensure_lane(session: AsyncSession, chat_id: int) -> None:
    """Give a chat its lane unless it has one."""
    lane = insert_into(Lane, dialect_of(session)).values(
        chat_id=chat_id,
        taken=[],
        open_at=_LONG_AGO,
        urgent_open_at=_LONG_AGO,
        counter_open_at=_LONG_AGO,
        share=1.0,
    )
    await session.execute(lane.on_conflict_do_nothing(index_elements=["chat_id"]))


async def desk(session: AsyncSession, now: datetime, paces: Paces, chat_ids: Iterable[int]) -> Desk:
    """Lock the bot's lane and, of these chats, the lanes that nobody has."""
    bot = await _locked(session, BOT)
    free = (
        select(Lane)
        .where(Lane.chat_id.in_(list(chat_ids)), Lane.lease_owner.is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return Desk(now, paces, bot, (await session.scalars(free)).all())


async def lock(session: AsyncSession, chat_ids: Iterable[int]) -> None:
    """Lock several lanes that are to be released, before the first of them asks for the bot's."""
    rows = select(Lane.chat_id).where(Lane.chat_id.in_(list(chat_ids)))
    await session.execute(rows.order_by(Lane.chat_id).with_for_update())


async def release(
    session: AsyncSession, now: datetime, paces: Paces, chat_id: int, owner: int, *, sent: bool
) -> Lane | None:
    """Give a lane back after a call; None when it is no longer ours.

    The message counts from the end of its call, which is the latest that Telegram can count it
    from, in its chat and for the whole bot; one that was not sent is given back.
    """
    lane = await _locked(session, chat_id)
    if lane.lease_owner != owner or lane.lease_until is None:
        return None
    bot, taken_at = await _locked(session, BOT), lane.lease_until - LEASE
    _give_back(lane, now, paces)
    _forget(bot, taken_at, now, paces)
    for counted in (lane, bot) if sent else ():
        _count(counted, now, paces)
    return lane


async def refused(
    session: AsyncSession, now: datetime, paces: Paces, lane: Lane, retry_after: float
) -> None:
    """Obey a 429: the chat waits and goes slower; several chats at once mean the whole bot."""
    until = now + timedelta(seconds=retry_after + random())  # noqa: S311 - spreads the returns, guards nothing
    lane.share = _share(lane, now) * SLOWED_TO
    lane.refused_at = now
    block(lane, now, paces, until)
    await session.flush()
    lately = select(func.count()).where(Lane.refused_at > now - REFUSED_WITHIN, Lane.chat_id != BOT)
    if (await session.scalar(lately) or 0) >= REFUSED_CHATS:
        await block_bot(session, now, paces, until)


async def refused_in(
    session: AsyncSession, now: datetime, paces: Paces, chat_id: int, retry_after: float
) -> None:
    """Obey a 429 to what went into a chat at once."""
    lane = await session.get(Lane, chat_id, with_for_update=True, populate_existing=True)
    if lane:
        await refused(session, now, paces, lane, retry_after)


async def block_bot(session: AsyncSession, now: datetime, paces: Paces, until: datetime) -> None:
    """Send nothing into any chat until then."""
    block(await _locked(session, BOT), now, paces, until)


async def count_answer(session: AsyncSession, now: datetime, paces: Paces, chat_id: int) -> None:
    """Count a message that goes into a chat at once, because somebody waits for it."""
    for lane_id in (chat_id, BOT):
        if lane := await session.get(Lane, lane_id, with_for_update=True, populate_existing=True):
            _count(lane, now, paces)


async def opening(session: AsyncSession, now: datetime) -> datetime | None:
    """Find when the next of what is closed now opens; None when nothing is."""
    columns = (Lane.urgent_open_at, Lane.open_at, Lane.counter_open_at)
    firsts = [func.min(case((column > now, column))) for column in columns]
    row = (await session.execute(select(*firsts))).one()
    return min((moment for moment in row if moment), default=None)


async def are_left(session: AsyncSession, left: ColumnElement[bool]) -> bool:
    """Tell whether any lane is leased by somebody who left it."""
    some = select(Lane.chat_id).where(Lane.lease_owner.is_not(None), left).limit(1)
    return await session.scalar(some) is not None


async def free(session: AsyncSession, left: ColumnElement[bool]) -> Collection[int]:
    """Take back the lanes whose owner left them; returns their chats."""
    taken_back = (
        update(Lane)
        .where(Lane.lease_owner.is_not(None), left)
        .values(lease_owner=None, lease_until=None)
        .returning(Lane.chat_id)
        .execution_options(synchronize_session=False)
    )
    return (await session.scalars(taken_back)).all()


async def _locked(session: AsyncSession, chat_id: int) -> Lane:
    return await session.get_one(Lane, chat_id, with_for_update=True, populate_existing=True)


def _count(lane: Lane, now: datetime, paces: Paces) -> None:
    lane.taken = with_another(_limits(lane, paces), lane.taken, now.timestamp())
    _open_again(lane, now, paces)


def _give_back(lane: Lane, now: datetime, paces: Paces) -> None:
    lane.lease_owner, lane.lease_until = None, None
    lane.taken = lane.taken[:-1]
    _open_again(lane, now, paces)


def _forget(lane: Lane, taken_at: datetime, now: datetime, paces: Paces) -> None:
    """Take out of what is remembered the message that was taken then, if it still is."""
    kept = list(lane.taken)
    with suppress(ValueError):
        kept.remove(taken_at.timestamp())
    lane.taken = kept
    _open_again(lane, now, paces)


def _open_again(lane: Lane, now: datetime, paces: Paces) -> None:
    """Write down when the lane opens, so that looking for what may go is a comparison."""
    limits, share = _limits(lane, paces), _share(lane, now)
    blocked = lane.blocked_until or _LONG_AGO
    for name, urgent in (("open_at", False), ("urgent_open_at", True)):
        opens = _moment(opens_at(limits, lane.taken, urgent=urgent, share=share))
        setattr(lane, name, max(blocked, opens))
    counters = _moment(counters_open_at(limits, lane.taken))
    lane.counter_open_at = max(lane.counter_open_at, counters)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, _LONG_AGO.tzinfo)


def block(lane: Lane, now: datetime, paces: Paces, until: datetime) -> None:
    lane.blocked_until = max(until, lane.blocked_until or until)
    _open_again(lane, now, paces)


def _limits(lane: Lane, paces: Paces) -> Any:
    return paces.bot if lane.chat_id == BOT else paces.of(lane.chat_id)


def _share(lane: Lane, now: datetime) -> float:
    if lane.refused_at is None:
        return 1.0
    return share_of(lane.share, lane.refused_at.timestamp(), now.timestamp())
