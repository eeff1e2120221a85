"""Chats that refuse us: nothing more is sent there, and what is bad and open is seen elsewhere."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps, chat_health, incidents, stand_ins
from core.chat_health import health_of
from core.chats import ensure_chat, set_routes
from core.db import Database
from core.errors import DeliveryError
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Chat, Incident, Notice, Person
from core.remedies import Health, Remedy, Trouble
from core.roles import Role
from tests.factories import DEFAULTS, OPS, Scene, actor_of, make_incident

STORES, NIGHT = -2002, -3003
ALICE, BOB = 101, 102
MINUTE = timedelta(minutes=1)
KICKED = DeliveryError("Forbidden: bot was kicked", Remedy.disable, trouble=Trouble.removed)


async def told(session: AsyncSession) -> list[tuple[int, int, str]]:
    """Who was told about which chat, and why."""
    notices = await session.scalars(select(Notice).order_by(Notice.chat_id, Notice.id))
    return [(one.chat_id, one.data["chat"], one.data["trouble"]) for one in notices]


async def chats_showing(session: AsyncSession, incident: Incident) -> list[int]:
    cards = select(Card.chat_id).where(Card.incident_id == incident.id)
    return list(await session.scalars(cards.order_by(Card.chat_id.desc())))


async def health(session: AsyncSession, now: datetime, chat_id: int = OPS) -> Health:
    return health_of(await session.get_one(Chat, chat_id, populate_existing=True), now)


async def kick(session: AsyncSession, now: datetime, chat_id: int) -> None:
    await chat_health.take_refusal(session, now, chat_id, KICKED)


async def test_a_chat_that_refuses_us_keeps_why_and_since_when(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        assert await health(session, now) is Health.ok
        await kick(session, now, OPS)
        await kick(session, now + MINUTE, OPS)
        chat = await session.get_one(Chat, OPS, populate_existing=True)
        assert health_of(chat, now) is Health.disabled
        assert (chat.disabled_at, chat.trouble) == (now, Trouble.removed)
        assert chat.last_error == "Forbidden: bot was kicked"
        await chat_health.enable(session, now, OPS)
        assert await health(session, now) is Health.ok


async def test_a_long_wait_degrades_a_chat_until_it_is_over(
    database: Database, scene: Scene, now: datetime
) -> None:
    short = DeliveryError("retry after 120", Remedy.wait, retry_after=120)
    long = DeliveryError("retry after 121", Remedy.wait, retry_after=121)
    async with database.writing() as session:
        (await ensure_chat(session, STORES, DEFAULTS)).is_default = True
        await chat_health.take_refusal(session, now, OPS, short)
        assert await health(session, now) is Health.ok
        for _ in range(2):
            await chat_health.take_refusal(session, now, OPS, long)
        assert await health(session, now) is Health.degraded
        assert await health(session, now + 3 * MINUTE) is Health.ok
        assert await told(session) == [(STORES, OPS, "slow")]


async def test_another_chat_of_the_app_stands_in(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [STORES, NIGHT], DEFAULTS)
        await kick(session, now, STORES)
        assert await told(session) == [(NIGHT, STORES, "removed")]


async def test_the_default_chat_stands_in_for_the_only_chat_of_an_app(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [STORES], DEFAULTS)
        incident = await make_incident(session, now, scene.shop, level=Level.crit)
        assert await chats_showing(session, incident) == [STORES]
        await kick(session, now, STORES)
        assert await told(session) == [(OPS, STORES, "removed")]
        assert await chats_showing(session, incident) == [OPS, STORES]


async def test_the_admins_are_written_to_when_no_chat_is_left(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await stand_ins.set_admins(session, [ALICE])
        (await session.get_one(Person, scene.bob.id)).role = Role.admin
        incident = await make_incident(session, now, scene.shop, level=Level.crit)
        await kick(session, now, OPS)
        assert await told(session) == [(ALICE, OPS, "removed"), (BOB, OPS, "removed")]
        # Alice never started the bot: nobody is to be told about that.
        await kick(session, now, ALICE)
        assert len(await told(session)) == 2
        assert await chats_showing(session, incident) == [BOB, ALICE, OPS]


async def test_without_any_stand_in_nothing_breaks(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await make_incident(session, now, scene.shop, level=Level.crit)
        await kick(session, now, OPS)
        assert await told(session) == []


async def test_each_outage_is_told_once(database: Database, scene: Scene, now: datetime) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [STORES], DEFAULTS)
        for moment in (now, now + MINUTE):
            await kick(session, moment, STORES)
        assert len(await told(session)) == 1
        await chat_health.enable(session, now, STORES)
        await kick(session, now + 2 * MINUTE, STORES)
        assert len(await told(session)) == 2


@pytest.mark.parametrize(
    ("level", "taken", "raised"),
    [
        (Level.crit, False, True),
        (Level.error, False, True),
        (Level.warning, False, False),
        (Level.crit, True, False),
    ],
)
async def test_what_opens_during_an_outage_is_raised_if_it_is_bad_and_nobody_has_it(
    database: Database, scene: Scene, now: datetime, level: Level, taken: bool, raised: bool
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [STORES], DEFAULTS)
        await kick(session, now, STORES)
        incident = await make_incident(session, now, scene.shop, level=level)
        if taken:
            alice = actor_of(scene.alice)
            await incidents.act(session, now, incident.id, Action.acknowledge, alice)
        for _ in range(2):
            await stand_ins.show_open(session, now)
        assert await chats_showing(session, incident) == ([OPS, STORES] if raised else [STORES])


async def test_what_another_chat_shows_needs_no_stand_in(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        other = (await apps.register(session, now, "Warehouse")).app
        await set_routes(session, other.id, [STORES, NIGHT], DEFAULTS)
        incident = await make_incident(session, now, other, level=Level.crit)
        await kick(session, now, STORES)
        assert await stand_ins.show_open(session, now) == 0
        assert await chats_showing(session, incident) == [STORES, NIGHT]
