"""Delivery: which cards are due, who takes one, and what it shows."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps
from core.chat_health import disable, enable
from core.chats import ensure_chat, set_routes
from core.db import Database
from core.delivery import (
    MAX_BACKOFF,
    backoff,
    due_cards,
    mark_shown,
    route,
    want,
)
from core.due import PATIENCE
from core.levels import Level
from core.models import Card, Chat, Incident
from core.remedies import Trouble
from core.urgency import Urgency
from tests.core.cards import begun, card_of, count_on, due, shown
from tests.factories import DEFAULTS, OPS, Scene, make_incident

STORES = -2002
MOMENT = timedelta(microseconds=1)
SOON = timedelta(seconds=5)


async def test_a_new_card_is_due_until_it_is_shown_and_again_when_wanted(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await card_of(session, incident)
        assert [(one.id, one.chat_id) for one in await due_cards(session, now, 10)] == [
            (card.id, OPS)
        ]
        await shown(session, now, incident)
        assert await due(session, now) == []
        await want(session, now, incident.id)
        assert await due(session, now) == [card.id]


async def order_of(
    session: AsyncSession, now: datetime, incidents: dict[str, Incident]
) -> list[str]:
    """The order in which one lane takes these incidents' cards."""
    names = {(await card_of(session, one)).id: name for name, one in incidents.items()}
    order: list[str] = []
    while found := await due(session, now):
        order += [names[card_id] for card_id in found]
        await mark_shown(session, now, await begun(session, now, found[0]), len(order), "hash")
    return order


async def test_new_crit_goes_first_then_people_then_new_ones_then_what_only_counts_on(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        made = {
            name: await make_incident(session, now, scene.shop, name, level=level)
            for name, level in [
                ("counted", Level.error),
                ("counted crit", Level.crit),
                ("pressed", Level.error),
                ("new error", Level.error),
                ("new crit", Level.crit),
                ("another new crit", Level.crit),
                ("new warning", Level.warning),
            ]
        }
        for name in ("counted", "counted crit", "pressed"):
            await shown(session, now, made[name])
        await count_on(session, made["counted"].id)
        await count_on(session, made["counted crit"].id, Urgency.crit_counter)
        await want(session, now, made["pressed"].id)
        assert await order_of(session, now, made) == [
            "new crit",
            "another new crit",
            "pressed",
            "new error",
            "new warning",
            "counted crit",
            "counted",
        ]


async def test_a_person_is_held_up_by_the_pages_of_other_chats_for_a_moment_only(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await ensure_chat(session, STORES, DEFAULTS)
        await set_routes(session, scene.shop.id, [OPS], DEFAULTS)
        pressed = await make_incident(session, now, scene.shop, "pressed")
        await shown(session, now, pressed)
        await want(session, now + SOON, pressed.id)
        await set_routes(session, scene.shop.id, [STORES], DEFAULTS)
        late = now + SOON + PATIENCE
        crit = await make_incident(session, late - MOMENT, scene.shop, "crit", level=Level.crit)
        of = {(await card_of(session, one)).id: one for one in (pressed, crit)}
        patient = await due(session, late - MOMENT)
        assert [of[card_id] for card_id in patient] == [crit, pressed]
        assert [of[card_id] for card_id in await due(session, late)] == [pressed, crit]


async def test_a_person_who_asks_again_keeps_her_place(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        await want(session, now + SOON, incident.id)
        await want(session, now + 2 * SOON, incident.id)
        assert (await card_of(session, incident)).due_at == now + SOON


async def test_of_equals_the_one_goes_first_that_was_shown_longest_ago(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        made = {
            name: await make_incident(session, now, scene.shop, name) for name in ("late", "early")
        }
        await shown(session, now + MOMENT, made["late"])
        await shown(session, now, made["early"])
        for incident in made.values():
            await count_on(session, incident.id)
        assert await order_of(session, now + MOMENT, made) == ["early", "late"]


@pytest.mark.parametrize(
    ("wishes", "urgency"),
    [
        ([Urgency.counter, Urgency.person], Urgency.person),
        ([Urgency.person, Urgency.counter], Urgency.person),
        ([Urgency.counter], Urgency.counter),
    ],
)
async def test_the_most_urgent_wish_that_is_pending_counts(
    database: Database, incident: Incident, now: datetime, wishes: list[Urgency], urgency: Urgency
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        for wish in wishes:
            await count_on(session, incident.id, wish)
        assert (await card_of(session, incident)).urgency == urgency


async def test_what_goes_to_a_disabled_chat_waits(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await disable(session, now, OPS, Trouble.removed, "bot was kicked " + "x" * 1000)
        assert await due(session, now) == []
        chat = await session.get_one(Chat, OPS, populate_existing=True)
        assert (chat.disabled_at, (chat.last_error or "")[:14]) == (now, "bot was kicked")
        await enable(session, now, OPS)
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
        found = await due_cards(session, now, 10)
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
        await want(session, now, incident.id)
        wanted = await session.scalars(select(Card.wanted_revision))
        assert wanted.all() == [2, 2]


def test_waiting_doubles_from_a_second_to_ten_minutes() -> None:
    seconds = [backoff(attempts).total_seconds() for attempts in range(1, 12)]
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]
    assert backoff(0) <= timedelta(seconds=1)
    assert backoff(10**9) == MAX_BACKOFF
