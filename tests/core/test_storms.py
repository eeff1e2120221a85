"""Storms on a real database: when they begin, what they gather, and how they end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import delivery, incidents, storms
from core.chat_health import slow_down
from core.db import Database
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Chat, Incident, Notice, Storm
from core.storm_cards import storm_card
from core.urgency import Urgency
from tests.core.cards import begun, due, shown
from tests.factories import OPS, Scene, actor_of, make_incident, make_scene

MANY = storms.MOST_AT_ONCE + 1
_MORE = count(1)


@pytest.fixture
async def scene(database: Database, now: datetime) -> Scene:
    async with database.writing() as session:
        return await make_scene(session, now)


async def pour(
    session: AsyncSession,
    now: datetime,
    scene: Scene,
    count: int = MANY,
    level: Level = Level.error,
) -> list[Incident]:
    """Open incidents whose cards wait."""
    return [
        await make_incident(session, now, scene.shop, title=f"Trouble {'x' * number}", level=level)
        for number in range(count)
    ]


async def pour_more(session: AsyncSession, now: datetime, scene: Scene, number: int) -> None:
    """Open other incidents."""
    for _ in range(number):
        await make_incident(session, now, scene.shop, title=f"More {'x' * next(_MORE)}")


async def raging(session: AsyncSession) -> Sequence[Storm]:
    return (await session.scalars(select(Storm).where(Storm.ended_at.is_(None)))).all()


async def hidden(session: AsyncSession) -> int:
    cards = await session.scalars(select(Card).where(Card.absorbed))
    return len(cards.all())


async def test_six_waiting_cards_are_no_storm_and_seven_are(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        await pour(session, now, scene, MANY - 1)
        await storms.watch(session, now)
        assert await raging(session) == []
        await make_incident(session, now, scene.shop, title="One more")
        await storms.watch(session, now)
        (storm,) = await raging(session)
        assert (storm.chat_id, await hidden(session)) == (OPS, MANY)
        assert await due(session, now) == []


async def test_cards_that_were_shown_lately_count_as_well(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        opened = await pour(session, now, scene, MANY - storms.FEWEST_GATHERED)
        for incident in opened:
            await shown(session, now, incident)
        await pour_more(session, now, scene, storms.FEWEST_GATHERED - 1)
        await storms.watch(session, now)
        assert await raging(session) == []
        await pour_more(session, now, scene, 1)
        await storms.watch(session, now)
        assert await raging(session)
        assert await hidden(session) == storms.FEWEST_GATHERED


async def test_cards_that_were_shown_long_ago_and_crit_ones_do_not_count(
    database: Database, now: datetime, scene: Scene
) -> None:
    later = now + storms.LATELY
    async with database.writing() as session:
        for incident in await pour(session, now, scene, MANY):
            await shown(session, now, incident)
        crit = await make_incident(session, later, scene.shop, title="Down", level=Level.crit)
        await shown(session, later, crit)
        await pour_more(session, later, scene, MANY - 1)
        await storms.watch(session, later)
        assert await raging(session) == []


async def test_a_chat_that_has_to_wait_for_minutes_gets_one_card_until_it_is_quiet_again(
    database: Database, now: datetime, scene: Scene
) -> None:
    until = now + timedelta(minutes=5)
    async with database.writing() as session:
        await slow_down(session, now, OPS, until, "Too Many Requests: retry after 300")
        await pour(session, now, scene, storms.FEWEST_GATHERED)
        await storms.watch(session, now)
        assert await hidden(session) == storms.FEWEST_GATHERED
        await storms.watch(session, until + storms.QUIET - timedelta(seconds=1))
        assert await raging(session)
        await storms.watch(session, until + storms.QUIET)
        assert await raging(session) == []


async def test_a_storm_gathers_what_comes_later_but_nothing_crit(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        await pour(session, now, scene)
        await storms.watch(session, now)
        await make_incident(session, now, scene.shop, title="Later")
        crit = await make_incident(session, now, scene.shop, title="Down", level=Level.crit)
        await storms.watch(session, now)
        assert await hidden(session) == MANY + 1
        (only,) = await due(session, now)
        assert (await session.get_one(Card, only)).incident_id == crit.id


async def test_what_becomes_crit_is_let_out_at_once(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        first, *_ = await pour(session, now, scene)
        await storms.watch(session, now)
        card = (await session.scalars(select(Card).where(Card.incident_id == first.id))).one()
        card.urgency = Urgency.page
        await session.flush()
        await storms.watch(session, now)
        assert await due(session, now) == [card.id]


async def test_a_card_that_is_under_way_is_left_alone(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        await pour(session, now, scene)
        (first,) = await due(session, now)
        await begun(session, now, first)
        await make_incident(session, now, scene.shop, title="One more")
        await storms.watch(session, now)
        assert not (await session.get_one(Card, first)).absorbed
        assert await hidden(session) == MANY


async def test_a_quiet_minute_ends_it_and_what_is_open_gets_its_card(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        first, *others = await pour(session, now, scene)
        await storms.watch(session, now)
        await incidents.act(session, now, first.id, Action.resolve, actor_of(scene.alice))
        later = now + storms.QUIET
        await storms.watch(session, later)
        assert await raging(session) == []
        cards = (await session.scalars(select(Card).order_by(Card.id))).all()
        waiting = {one.incident_id for one in cards if one.wanted_revision != one.shown_revision}
        assert waiting == {incident.id for incident in others}
        (told,) = (await session.scalars(select(Notice))).all()
        assert told.kind == storms.NOTICE_KIND
        await storms.watch(session, later + timedelta(seconds=1))
        assert await raging(session) == []


async def test_it_lasts_while_cards_come(database: Database, now: datetime, scene: Scene) -> None:
    async with database.writing() as session:
        await pour(session, now, scene)
        await storms.watch(session, now)
        almost = now + storms.QUIET - timedelta(seconds=1)
        await make_incident(session, almost, scene.shop, title="Later")
        await storms.watch(session, almost)
        await storms.watch(session, now + storms.QUIET)
        assert len(await raging(session)) == 1


async def test_asking_lets_the_worst_out_first(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        await pour(session, now, scene, storms.SHOWN_AT_ONCE, Level.warning)
        worst = await make_incident(session, now, scene.shop, title="Worst", level=Level.error)
        await storms.watch(session, now)
        (storm,) = await raging(session)
        assert await storms.show_hidden(session, now, storm.id, OPS) == storms.SHOWN_AT_ONCE
        card = (await session.scalars(select(Card).where(Card.incident_id == worst.id))).one()
        assert not card.absorbed
        assert await hidden(session) == 1
        assert await storms.show_hidden(session, now, storm.id, OPS) == 1
        assert await storms.show_hidden(session, now, storm.id, OPS) == 0


async def test_another_chat_cannot_ask(database: Database, now: datetime, scene: Scene) -> None:
    async with database.writing() as session:
        await pour(session, now, scene)
        await storms.watch(session, now)
        (storm,) = await raging(session)
        assert await storms.show_hidden(session, now, storm.id, OPS + 1) == 0


async def test_a_storms_card_counts_what_it_stands_for(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        first, *_ = await pour(session, now, scene)
        await storms.watch(session, now)
        await incidents.act(session, now, first.id, Action.resolve, actor_of(scene.alice))
        (storm,) = await raging(session)
        card = await storm_card(session, storm)
    assert (card.total, card.unresolved, card.hidden) == (MANY, MANY - 1, MANY - 1)
    assert card.level is Level.error
    assert card.apps == [(scene.shop.name, MANY)]


async def test_an_end_that_comes_while_the_card_is_sent_stays_urgent(
    database: Database, now: datetime, scene: Scene
) -> None:
    async with database.writing() as session:
        await pour(session, now, scene)
        await storms.watch(session, now)
        (storm,) = await raging(session)
        chat = await session.get_one(Chat, OPS)
        work = delivery.Work(**delivery.work_values(storm, chat))
        await storms.watch(session, now + storms.QUIET)
        await delivery.mark_shown(session, now + storms.QUIET, work, 77, "hash")
        await session.refresh(storm)
    assert (storm.shown_revision, storm.urgency) == (1, Urgency.person)
