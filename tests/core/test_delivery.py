"""Delivery: which cards are due, who takes one, and what it shows."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core import apps
from core.chat_health import disable, enable
from core.chats import ensure_chat, set_routes
from core.db import Database
from core.delivery import (
    MAX_BACKOFF,
    backoff,
    due_cards,
    route,
    want,
)
from core.levels import Level
from core.models import Card, Chat, Incident
from core.remedies import Trouble
from tests.core.cards import card_of, due, shown
from tests.factories import DEFAULTS, OPS, Scene, make_incident

STORES = -2002
MOMENT = timedelta(microseconds=1)


async def test_a_new_card_is_due_until_it_is_shown_and_again_when_wanted(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await card_of(session, incident)
        found = await due_cards(session, now, except_chats=(), limit=10)
        assert [(one.id, one.chat_id, one.new) for one in found] == [(card.id, OPS, True)]
        await shown(session, now, incident)
        assert await due(session, now) == []
        await want(session, incident.id)
        found = await due_cards(session, now, except_chats=(), limit=10)
        assert [(one.id, one.new) for one in found] == [(card.id, False)]


async def test_new_crit_cards_come_first_then_edits_then_other_new_ones(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        made = {
            name: await make_incident(session, now, scene.shop, name, level=level)
            for name, level in [
                ("old error", Level.error),
                ("new error", Level.error),
                ("old crit", Level.crit),
                ("new crit", Level.crit),
                ("another new crit", Level.crit),
                ("new warning", Level.warning),
            ]
        }
        names = {(await card_of(session, one)).id: name for name, one in made.items()}
        for name in ("old error", "old crit"):
            await shown(session, now, made[name])
            await want(session, made[name].id)
        order = [names[card_id] for card_id in await due(session, now)]
        assert await due(session, now, limit=2) == (await due(session, now))[:2]
    assert order == [
        "new crit",
        "another new crit",
        "old error",
        "old crit",
        "new error",
        "new warning",
    ]


async def test_excepted_chats_and_disabled_ones_are_skipped(
    database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        assert await due(session, now, except_chats=[OPS]) == []
        assert len(await due(session, now, except_chats=[STORES])) == 1
        await disable(session, now, OPS, Trouble.removed, "bot was kicked " + "x" * 1000)
        assert await due(session, now) == []
        chat = await session.get_one(Chat, OPS, populate_existing=True)
        assert (chat.disabled_at, (chat.last_error or "")[:14]) == (now, "bot was kicked")
        await enable(session, OPS)
        chat = await session.get_one(Chat, OPS, populate_existing=True)
        assert (chat.disabled_at, chat.last_error) == (None, None)
        assert len(await due(session, now)) == 1


async def test_a_route_adds_the_cards_that_are_missing_and_leaves_the_others(
    database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        other = (await apps.register(session, now, "Warehouse")).app
        await set_routes(session, other.id, [OPS, STORES], DEFAULTS)
        before = await shown(session, now, incident)
        for _ in range(2):
            await route(session, now, incident.id, other.id)
        cards = (await session.scalars(select(Card).order_by(Card.id))).all()
        found = await due_cards(session, now, except_chats=(), limit=10)
    assert [(card.chat_id, card.message_id) for card in cards] == [(OPS, 77), (STORES, None)]
    assert before.id == cards[0].id
    assert [card.chat_id for card in found] == [STORES]


async def test_every_chat_of_an_incident_is_drawn_again(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        (await ensure_chat(session, STORES, DEFAULTS)).is_default = True
        await session.flush()
        incident = await make_incident(session, now, scene.shop)
        await want(session, incident.id)
        wanted = await session.scalars(select(Card.wanted_revision))
        assert wanted.all() == [2, 2]


def test_waiting_doubles_from_a_second_to_ten_minutes() -> None:
    seconds = [backoff(attempts).total_seconds() for attempts in range(1, 12)]
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]
    assert backoff(0) <= timedelta(seconds=1)
    assert backoff(10**9) == MAX_BACKOFF
