"""Storms: when a chat gets too many new cards at once, one card stands for those that wait.

A chat that Telegram lets wait for minutes is in a storm of the few that come meanwhile.
The crit ones never wait in a storm, nor what becomes crit. The storm's card is state like any
other: one row, redrawn in place. A card that went through a storm is not gathered again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into, ring_after_commit
from core.levels import Level
from core.lifecycle import UNRESOLVED
from core.models import Card, Chat, Incident, Storm
from core.notices import add_notice
from core.storm_cards import sounding_level
from core.storm_sounds import make_heard
from core.urgency import LEAST_URGENT_OF_PEOPLE, Urgency
from core.wishes import is_pending

NOTICE_KIND = "storm_over"
MOST_AT_ONCE = 6  # new cards of a chat, waiting or shown lately
LATELY = timedelta(minutes=1)
FEWEST_GATHERED = 3
QUIET = timedelta(seconds=60)
REDRAWN_EVERY = timedelta(seconds=5)
SHOWN_AT_ONCE = 20
MAX_WATCHED = 500


async def watch(session: AsyncSession, now: datetime) -> None:
    """Begin the storms that are due, gather their cards, and end those that are over."""
    await _let_crit_out(session)
    for chat_id in await _crowded(session, now):
        await _begin(session, now, chat_id)
    raging = select(Storm).where(Storm.ended_at.is_(None)).order_by(Storm.id).limit(MAX_WATCHED)
    for storm in (await session.scalars(raging.with_for_update(skip_locked=True))).all():
        await _follow(session, now, storm)


async def show_hidden(session: AsyncSession, now: datetime, storm_id: int, chat_id: int) -> int:
    """Give the worst of what waits its own cards, because somebody in its chat asked.

    Returns how many.
    """
    storm = await session.get(Storm, storm_id, with_for_update=True, populate_existing=True)
    if storm is None or storm.chat_id != chat_id:
        return 0
    worst = (
        select(Card.id)
        .join(Incident, Incident.id == Card.incident_id)
        .where(Card.storm_id == storm_id, Card.absorbed, Incident.status.in_(UNRESOLVED))
        .order_by(Incident.level.desc(), Card.id)
        .limit(SHOWN_AT_ONCE)
    )
    shown = await _let_out(session, Card.id.in_((await session.scalars(worst)).all()), due_at=now)
    if shown:
        _redraw(storm, now, Urgency.person)
    return shown


async def merge(session: AsyncSession, old_chat_id: int, new_chat_id: int) -> None:
    """Make one of the storms that rage in two chats which become one: the new chat's."""
    storms = {
        storm.chat_id: storm
        for storm in await session.scalars(
            select(Storm).where(
                Storm.ended_at.is_(None), Storm.chat_id.in_([old_chat_id, new_chat_id])
            )
        )
    }
    if len(storms) < 2:
        return
    old, new = storms[old_chat_id], storms[new_chat_id]
    await session.execute(update(Card).where(Card.storm_id == old.id).values(storm_id=new.id))
    await session.delete(old)
    await session.flush()


async def _crowded(session: AsyncSession, now: datetime) -> Sequence[int]:
    """List the chats without a storm that get too many new cards, of which some wait still."""
    raging = select(Storm.chat_id).where(Storm.ended_at.is_(None))
    counted = (
        select(Card.chat_id, func.count(), func.max(Chat.slow_until))
        .join(Chat, Chat.id == Card.chat_id)
        .where(_waits_new(), Chat.disabled_at.is_(None), Card.chat_id.not_in(raging))
        .group_by(Card.chat_id)
        .having(func.count() >= FEWEST_GATHERED)
    )
    waiting = (await session.execute(counted)).all()
    if not waiting:
        return []
    shown = await _shown_lately(session, now, [chat_id for chat_id, _, _ in waiting])
    return [
        chat_id
        for chat_id, count, slow_until in waiting
        if (slow_until and slow_until > now) or count + shown.get(chat_id, 0) > MOST_AT_ONCE
    ]


async def _shown_lately(
    session: AsyncSession, now: datetime, chat_ids: Collection[int]
) -> dict[int, int]:
    """Count the cards, but the crit ones, that came into each chat during the last minute."""
    lately = now - LATELY
    counted = (
        select(Card.chat_id, func.count())
        .join(Incident, Incident.id == Card.incident_id)
        .where(
            # What opened lately was seen lately, and of that there is an index.
            Incident.last_seen_at > lately,
            Incident.opened_at > lately,
            Incident.level < Level.crit,
            Card.chat_id.in_(chat_ids),
            Card.storm_id.is_(None),
            not_(_waits_new()),
        )
        .group_by(Card.chat_id)
    )
    return dict((await session.execute(counted)).all())


async def _begin(session: AsyncSession, now: datetime, chat_id: int) -> None:
    """Begin a storm; another process may be first, and then it is the other's."""
    storm = insert_into(Storm, dialect_of(session)).values(
        chat_id=chat_id,
        began_at=now,
        joined_at=now,
        redrawn_at=now,
        wanted_revision=1,
        shown_revision=0,
        attempts=0,
        due_at=now,
        urgency=Urgency.new,
        generation=0,
        doubts=0,
    )
    await session.execute(storm.on_conflict_do_nothing())


async def _follow(session: AsyncSession, now: datetime, storm: Storm) -> None:
    joined = await session.execute(
        update(Card)
        .where(Card.chat_id == storm.chat_id, _waits_new())
        .values(absorbed=True, storm_id=storm.id)
    )
    if cast("CursorResult[Any]", joined).rowcount:
        storm.joined_at = now
    await make_heard(session, now, storm)
    slow_until = await session.scalar(select(Chat.slow_until).where(Chat.id == storm.chat_id))
    if now - max(storm.joined_at, slow_until or storm.joined_at) >= QUIET:
        await _end(session, now, storm)
    elif now - storm.redrawn_at >= REDRAWN_EVERY:
        _redraw(storm, now, Urgency.counter)
    await session.flush()
    ring_after_commit(session)


async def _end(session: AsyncSession, now: datetime, storm: Storm) -> None:
    """Give what is still open its own cards; what is over and was never shown needs none."""
    over = select(Incident.id).where(Incident.status.not_in(UNRESOLVED))
    mine = and_(Card.storm_id == storm.id, Card.absorbed)
    await session.execute(
        update(Card)
        .where(mine, Card.incident_id.in_(over))
        .values(absorbed=False, shown_revision=Card.wanted_revision)
    )
    await _let_out(session, mine, due_at=now)
    storm.ended_at = now
    _redraw(storm, now, Urgency.person)
    if await sounding_level(session, now, storm) is None:
        return
    key, data = f"{NOTICE_KIND}:{storm.id}", {"storm": storm.id}
    # Before the cards that follow it.
    await add_notice(session, now, storm.chat_id, NOTICE_KIND, key, data, urgency=Urgency.person)


async def _let_crit_out(session: AsyncSession) -> None:
    """Let what has become crit go at once."""
    await _let_out(session, and_(Card.absorbed, Card.urgency == Urgency.page))


async def _let_out(session: AsyncSession, which: ColumnElement[bool], **values: Any) -> int:
    let_out = update(Card).where(which).values(absorbed=False, **values)
    count: int = cast("CursorResult[Any]", await session.execute(let_out)).rowcount
    if count:
        ring_after_commit(session)
    return count


def _redraw(storm: Storm, now: datetime, urgency: Urgency) -> None:
    waits = storm.wanted_revision != storm.shown_revision
    storm.urgency = min(storm.urgency, urgency) if waits else urgency
    storm.wanted_revision += 1
    storm.redrawn_at = now
    if urgency <= LEAST_URGENT_OF_PEOPLE:
        storm.urgent_revision = storm.wanted_revision


def _waits_new() -> ColumnElement[bool]:
    """What a storm gathers: new, not crit, not under way, and never gathered before."""
    return and_(
        is_pending(Card),
        Card.message_id.is_(None),
        Card.urgency == Urgency.new,
        Card.doubts == 0,
        Card.storm_id.is_(None),
        not_(Card.absorbed),
    )
