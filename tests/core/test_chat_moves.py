"""A group becomes a supergroup: whatever named the old chat names the new one, once."""

from collections.abc import Awaitable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import incidents, storms
from core.chat_health import take_refusal
from core.chat_moves import columns_naming_a_chat, move_chat
from core.chats import ensure_chat, id_today, routes_of, set_default_chats, set_routes
from core.db import Database
from core.delivery import mark_shown
from core.errors import DeliveryError
from core.lifecycle import Action
from core.models import AppChat, Card, Chat, DigestSchedule, Incident, Notice, Storm
from core.notices import add_notice
from core.remedies import Remedy
from core.schedules import set_schedule
from core.storm_cards import storm_card
from tests.core.cards import begun, card_of
from tests.core.races import both_at_once
from tests.factories import DEFAULTS, OPS, Scene, actor_of, make_incident

NEW = -100_500


async def cards(session: AsyncSession) -> list[tuple[int, int | None, bool]]:
    """Each card's chat, message, and whether it is to be sent."""
    found = await session.scalars(
        select(Card).order_by(Card.incident_id).execution_options(populate_existing=True)
    )
    return [
        (card.chat_id, card.message_id, card.wanted_revision != card.shown_revision)
        for card in found
    ]


async def show(session: AsyncSession, incident: Incident, message_id: int = 77) -> None:
    query = select(Card).where(Card.incident_id == incident.id, Card.chat_id == OPS)
    card = (await session.scalars(query)).one()
    card.message_id, card.shown_revision, card.shown_hash = message_id, 1, "hash"
    await session.flush()


async def test_everything_names_the_new_chat(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await set_routes(session, scene.shop.id, [OPS], DEFAULTS)
        await set_schedule(session, now, OPS, "0 8 * * *", "UTC", enabled=True)
        await add_notice(session, now, OPS, "digest", "key", {})
        await show(session, await make_incident(session, now, scene.shop))
        old = await session.get_one(Chat, OPS)
        old.locale, old.time_zone, old.kind = "ru", "Europe/Moscow", "group"
        assert await move_chat(session, now, OPS, NEW)
    async with database.reading() as session:
        new = await session.get_one(Chat, NEW)
        assert (new.title, new.locale, new.time_zone) == ("Ops", "ru", "Europe/Moscow")
        assert (new.kind, new.is_default) == ("supergroup", True)
        assert await session.get(Chat, OPS) is None
        assert await routes_of(session, scene.shop.id) == [NEW]
        assert (await session.get_one(DigestSchedule, NEW)).cron == "0 8 * * *"
        assert [one.chat_id for one in await session.scalars(select(Notice))] == [NEW]
        assert await cards(session) == [(NEW, None, True)]
        named = list(columns_naming_a_chat())
        assert len(named) >= 4
        for column in named:
            assert (await session.execute(select(column).where(column == OPS))).all() == []


async def test_what_is_over_is_not_sent_again(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        one, two = [await make_incident(session, now, scene.shop, name) for name in ("A", "B")]
        for incident in (one, two):
            await show(session, incident)
        await incidents.act(session, now, one.id, Action.resolve, actor_of(scene.alice))
        await move_chat(session, now, OPS, NEW)
        assert await cards(session) == [(NEW, None, False), (NEW, None, True)]


@pytest.mark.parametrize(("number", "listed"), [(5, False), (6, True)])
async def test_many_open_incidents_are_one_list(
    database: Database, scene: Scene, now: datetime, number: int, listed: bool
) -> None:
    async with database.writing() as session:
        for title in "ABCDEF"[:number]:
            await show(session, await make_incident(session, now, scene.shop, title))
        await move_chat(session, now, OPS, NEW)
        assert await cards(session) == [(NEW, None, not listed)] * number
        notices = (await session.scalars(select(Notice))).all()
        assert [(one.chat_id, one.kind) for one in notices] == [(NEW, "moved")] * listed


async def test_a_new_chat_that_is_known_already_keeps_what_it_has(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        (await ensure_chat(session, NEW, DEFAULTS)).title = "Ops, new"
        await set_routes(session, scene.shop.id, [OPS, NEW], DEFAULTS)
        await set_schedule(session, now, OPS, "0 8 * * *", "UTC", enabled=True)
        await set_schedule(session, now, NEW, "0 9 * * *", "UTC", enabled=True)
        await make_incident(session, now, scene.shop)
        assert await move_chat(session, now, OPS, NEW)
        chats = (await session.scalars(select(Chat))).all()
        assert [(chat.id, chat.title, chat.is_default) for chat in chats] == [
            (NEW, "Ops, new", True)
        ]
        assert len((await session.scalars(select(AppChat))).all()) == 1
        assert (await session.scalars(select(DigestSchedule))).one().cron == "0 9 * * *"
        assert await cards(session) == [(NEW, None, True)]


async def test_the_second_signal_changes_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    moved = DeliveryError("upgraded", Remedy.move, new_chat_id=NEW)
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await take_refusal(session, now, OPS, moved)
        card = (await session.scalars(select(Card).where(Card.incident_id == incident.id))).one()
        card.message_id, card.shown_revision = 5, card.wanted_revision
        await session.flush()
        assert not await move_chat(session, now, OPS, NEW)
        assert await cards(session) == [(NEW, 5, False)]


async def test_settings_may_name_the_old_chat_for_ever(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await move_chat(session, now, OPS, NEW)
        (chat,) = await set_default_chats(session, [OPS], DEFAULTS)
        assert (chat.id, chat.is_default) == (NEW, True)
        assert await session.get(Chat, OPS) is None
        assert (await id_today(session, OPS), await id_today(session, NEW)) == (NEW, NEW)


async def test_two_signals_at_once_move_it_once(
    database: Database, scene: Scene, now: datetime
) -> None:
    def move(session: AsyncSession) -> Awaitable[bool]:
        return move_chat(session, now, OPS, NEW)

    assert sorted(await both_at_once(database, move, move)) == [False, True]


async def test_what_arrived_in_the_old_chat_meanwhile_is_lost_too(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        work = await begun(session, now, (await card_of(session, incident)).id)
        await move_chat(session, now, OPS, NEW)
        await mark_shown(session, now, work, 77, "hash")
        assert await cards(session) == [(NEW, None, True)]


async def test_storms_that_rage_in_both_chats_become_one(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await ensure_chat(session, NEW, DEFAULTS)
        for chat_id, name in ((OPS, "old"), (NEW, "new")):
            await set_routes(session, scene.shop.id, [chat_id], DEFAULTS)
            for number in range(storms.MOST_AT_ONCE + 1):
                title = f"The {name} is in trouble {'x' * number}"
                await make_incident(session, now, scene.shop, title=title)
        await storms.watch(session, now)
        assert await move_chat(session, now, OPS, NEW)
        (storm,) = (await session.scalars(select(Storm))).all()
        card = await storm_card(session, storm)
    assert (storm.chat_id, card.total) == (NEW, 2 * (storms.MOST_AT_ONCE + 1))
