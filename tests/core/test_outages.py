"""After a long outage a chat is told in one message what it missed, and gets what is open."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import incidents, outages
from core.chat_health import enable, health_of, take_refusal
from core.db import Database
from core.delivery import due_cards
from core.errors import DeliveryError
from core.lifecycle import Action
from core.models import Card, Chat, Incident, Notice
from core.notices import add_notice, drop_late, finish_notice
from core.outages import Missed
from core.remedies import Health, Remedy
from core.urgency import Urgency
from tests.core.cards import card_of, shown
from tests.factories import OPS, Scene, actor_of, make_incident

MINUTE = timedelta(minutes=1)
UNKNOWN = DeliveryError("no answer", Remedy.unknown)


async def fail(session: AsyncSession, now: datetime) -> None:
    await take_refusal(session, now, OPS, UNKNOWN)


async def catch_ups(session: AsyncSession) -> list[Notice]:
    query = select(Notice).where(Notice.kind == "catch_up")
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def away_since(session: AsyncSession) -> datetime | None:
    return (await session.get_one(Chat, OPS, populate_existing=True)).away_since


async def test_a_short_outage_is_nothing_to_tell(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await fail(session, now)
        await fail(session, now + 9 * MINUTE)
        assert await away_since(session) == now
        await outages.note_reached(session, OPS)
        assert await away_since(session) is None
        await fail(session, now + 11 * MINUTE)
        assert await catch_ups(session) == []


async def test_a_long_outage_is_told_once_and_before_all_cards(
    database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    later = now + 12 * MINUTE
    async with database.writing() as session:
        for minutes in (0, 11, 12):
            await fail(session, now + minutes * MINUTE)
        (catch_up,) = await catch_ups(session)
        assert catch_up.urgency == Urgency.page
        chat = await session.get_one(Chat, OPS, populate_existing=True)
        assert health_of(chat, later) is Health.degraded
        assert await due_cards(session, later, 10) == []
        await finish_notice(session, catch_up.id, message_id=7)
        assert len(await due_cards(session, later, 10)) == 1


async def test_what_is_over_and_was_never_seen_is_not_sent_any_more(
    database: Database, scene: Scene, now: datetime
) -> None:
    alice = actor_of(scene.alice)
    async with database.writing() as session:
        unseen, seen, still_open = [
            await make_incident(session, now, scene.shop, name) for name in ("A", "B", "C")
        ]
        await shown(session, now, seen)
        for one in (unseen, seen):
            await incidents.act(session, now, one.id, Action.resolve, alice)
        await outages.caught_up(session, OPS)
        cards = [await card_of(session, one) for one in (unseen, seen, still_open)]
    assert [card.wanted_revision != card.shown_revision for card in cards] == [False, True, True]


async def test_a_catch_up_counts_what_was_missed(
    database: Database, scene: Scene, now: datetime
) -> None:
    alice = actor_of(scene.alice)
    async with database.writing() as session:
        old = await make_incident(session, now - MINUTE, scene.shop, "Old")
        await shown(session, now, old)
        await make_incident(session, now, scene.shop, "New")
        await make_incident(session, now - MINUTE, scene.shop, "Never shown")
        await incidents.act(session, now, old.id, Action.resolve, alice)
        assert await outages.missed(session, OPS, now) == Missed(opened=2, resolved=1)


async def test_a_chat_that_was_disabled_for_long_is_told_too(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        chat = await session.get_one(Chat, OPS)
        chat.disabled_at = now
        await session.flush()
        await enable(session, now + 9 * MINUTE, OPS)
        assert await catch_ups(session) == []
        chat.disabled_at = now
        await session.flush()
        await enable(session, now + 10 * MINUTE, OPS)
        assert len(await catch_ups(session)) == 1


async def test_when_telegram_is_back_nothing_waits_any_longer(
    database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    later = now + 5 * MINUTE
    async with database.writing() as session:
        await fail(session, now)
        card = await session.get_one(Card, (await card_of(session, incident)).id)
        card.due_at = later + 10 * MINUTE
        await session.flush()
        assert not await outages.any_away(session, now + MINUTE)
        assert await outages.any_away(session, later)
        await outages.hurry(session, later)
        assert len(await due_cards(session, later, 10)) == 1


async def test_old_news_is_dropped_but_no_page(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await add_notice(session, now, OPS, "digest", "1", {})
        await add_notice(session, now, OPS, "stand_in", "2", {}, urgency=Urgency.page)
        await drop_late(session, now + timedelta(hours=2))
        waiting = select(Notice.key).where(Notice.status == "waiting").order_by(Notice.key)
        assert list(await session.scalars(waiting)) == ["1", "2"]
        await drop_late(session, now + timedelta(hours=2, seconds=1))
        assert list(await session.scalars(waiting)) == ["2"]
