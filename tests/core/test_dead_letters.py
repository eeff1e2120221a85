"""Dead letters: what Telegram will not take is kept with its reason until it arrives or goes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.dead_letters import (
    DeadLetter,
    Kind,
    count_dead,
    dead_letters,
    discard,
    give_up_notice,
    give_up_redrawn,
    replay,
)
from core.delivery import want
from core.errors import NotFound
from core.models import Card, Incident, Notice
from core.notices import add_notice
from tests.core.cards import card_of
from tests.factories import OPS, Scene

MINUTE = timedelta(minutes=1)


async def is_due(session: AsyncSession, incident: Incident) -> bool:
    card = await card_of(session, incident)
    return card.wanted_revision != card.shown_revision


async def give_up(session: AsyncSession, now: datetime, incident: Incident) -> Card:
    card = await card_of(session, incident)
    await give_up_redrawn(
        session, now, Card, card.id, card.wanted_revision, "Bad Request: NEW" + "x" * 999
    )
    return card


async def notice(session: AsyncSession, now: datetime) -> Notice:
    await add_notice(session, now, OPS, "digest", "key", {})
    query = select(Notice).execution_options(populate_existing=True)
    return (await session.scalars(query)).one()


async def test_a_card_rests_until_there_is_something_new(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await give_up(session, now, incident)
        assert not await is_due(session, incident)
        (letter,) = await dead_letters(session)
        assert letter.error.startswith("Bad Request: NEWxxx")
        assert (letter.kind, letter.id, letter.chat, letter.incident) == (
            Kind.card,
            card.id,
            "Ops",
            incident.id,
        )
        await want(session, now, incident.id)
        assert await is_due(session, incident)


async def test_the_first_time_is_kept_beside_the_last(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await give_up(session, now, incident)
        await replay(session, now, Kind.card, card.id)
        assert await is_due(session, incident)
        assert await count_dead(session) == 0
        await give_up(session, now + MINUTE, incident)
        (letter,) = await dead_letters(session)
    assert (letter.first_at, letter.last_at) == (now, now + MINUTE)


async def test_a_notice_is_sent_again_when_somebody_says_so(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        number = (await notice(session, now)).id
        await give_up_notice(session, now, number, "Bad Request: NEW")
        assert await dead_letters(session) == [
            DeadLetter(Kind.notice, number, "Ops", None, "digest", "Bad Request: NEW", now, now)
        ]
        await replay(session, now, Kind.notice, number)
        assert (await notice(session, now)).status == "waiting"
        assert await dead_letters(session) == []


async def test_the_newest_comes_first(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        number = (await notice(session, now)).id
        await give_up_notice(session, now + MINUTE, number, "no")
        await give_up(session, now, incident)
        assert [one.kind for one in await dead_letters(session)] == ["notice", "card"]
        assert await count_dead(session) == 2


@pytest.mark.parametrize("kind", list(Kind))
async def test_what_is_settled_cannot_be_settled_again(
    database: Database, incident: Incident, now: datetime, kind: Kind
) -> None:
    async with database.writing() as session:
        card = await give_up(session, now, incident)
        number = (await notice(session, now)).id
        await give_up_notice(session, now, number, "no")
        letter_id = card.id if kind is Kind.card else number
        await discard(session, kind, letter_id)
        with pytest.raises(NotFound):
            await discard(session, kind, letter_id)
        with pytest.raises(NotFound):
            await replay(session, now, kind, letter_id)
        assert await count_dead(session) == 1
