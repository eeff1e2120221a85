"""Who else lives: what somebody has in hand is left alone, what a dead process had is due again."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import text

from core.db import Database
from core.delivery import CLAIM
from core.models import Incident, Notice
from core.notices import add_notice, claim_notice
from core.presence import LOCK, Presence
from tests.core.cards import card_of, claimed, due
from tests.factories import OPS, Scene
from tests.programs import ROOT

PATIENCE = 30
SIGNS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
)
ANOTHER = """
import asyncio, sys
from core.clock import utc_now
from core.db import Database
from core.presence import Presence

async def live():
    await Presence(Database(sys.argv[1])).enter(utc_now())
    print("in", flush=True)
    await asyncio.Event().wait()

asyncio.run(live())
"""

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def in_hand(database: Database, incident: Incident, now: datetime) -> Incident:
    """An incident whose card somebody has claimed."""
    async with database.writing() as session:
        card = await card_of(session, incident)
        await claimed(session, now, card.id)
    return incident


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    opened = Database(database_url)
    yield opened
    await opened.close()


async def due_count(database: Database, now: datetime) -> int:
    async with database.reading() as session:
        return len(await due(session, now))


async def signs(database: Database, wanted: int) -> None:
    """Return when so many signs of life are there."""
    async with asyncio.timeout(PATIENCE), database.engine.connect() as watcher:
        while await watcher.scalar(SIGNS) != wanted:
            await watcher.rollback()


async def test_who_is_alone_makes_what_was_in_hand_due_again(
    database: Database, in_hand: Incident, now: datetime
) -> None:
    assert await due_count(database, now) == 0
    presence = Presence(database)
    await presence.enter(now)
    assert await due_count(database, now) == 1
    await presence.leave()


async def test_who_is_alone_gives_up_the_notice_whose_end_nobody_knows(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await add_notice(session, now, OPS, "digest", "digest:1", {})
        await claim_notice(session, 1)
    presence = Presence(database)
    await presence.enter(now)
    async with database.reading() as session:
        notice = await session.get_one(Notice, 1)
    assert notice.status == "failed"
    await presence.leave()


async def test_who_never_entered_can_leave(database: Database) -> None:
    await Presence(database).leave()


@on_postgres
async def test_what_another_may_have_in_hand_is_left_to_its_claim(
    database: Database, other: Database, incident: Incident, now: datetime
) -> None:
    first, second = Presence(database), Presence(other)
    await first.enter(now)
    async with database.writing() as session:
        await claimed(session, now, (await card_of(session, incident)).id)
        await add_notice(session, now, OPS, "digest", "digest:1", {})
        await claim_notice(session, 1)
    await second.enter(now)
    assert await due_count(database, now) == 0
    assert await due_count(database, now + CLAIM) == 1
    async with database.reading() as session:
        assert (await session.get_one(Notice, 1)).status == "sending"
    await first.leave()
    await second.leave()


@on_postgres
async def test_who_left_is_gone_even_while_its_connections_are_open(
    database: Database, other: Database, in_hand: Incident, now: datetime
) -> None:
    gone = Presence(database)
    await gone.enter(now)
    await gone.leave()
    async with database.writing() as session:
        await claimed(session, now, (await card_of(session, in_hand)).id)
    presence = Presence(other)
    await presence.enter(now)
    assert await due_count(database, now) == 1
    await presence.leave()
    await signs(database, 0)


@on_postgres
async def test_who_comes_while_another_is_still_alone_waits_and_shares(
    database: Database, other: Database, in_hand: Incident, now: datetime
) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), LOCK)
        presence = Presence(other)
        coming = asyncio.create_task(presence.enter(now))
        async with asyncio.timeout(PATIENCE), database.engine.connect() as watcher:
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not await watcher.scalar(waiting):
                await watcher.rollback()
        assert not coming.done()
        await connection.execute(text("SELECT pg_advisory_unlock(:key)"), LOCK)
    async with asyncio.timeout(PATIENCE):
        await coming
    assert await due_count(database, now) == 0
    await presence.leave()


@on_postgres
async def test_several_who_start_at_once_do_not_block_each_other(
    database: Database, other: Database, now: datetime
) -> None:
    several = [Presence(one) for one in (database, other) * 2]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(presence.enter(now) for presence in several))
    await signs(database, 4)
    for presence in several:
        await presence.leave()


@on_postgres
async def test_a_killed_process_leaves_no_sign_of_life(
    database: Database, database_url: str, in_hand: Incident, now: datetime
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ANOTHER, database_url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    assert await process.stdout.readline() == b"in\n"
    async with database.writing() as session:
        await claimed(session, now + CLAIM, (await card_of(session, in_hand)).id)
    beside = Presence(database)
    await beside.enter(now + CLAIM)
    assert await due_count(database, now + CLAIM) == 0
    await beside.leave()

    process.kill()
    await process.communicate()
    await signs(database, 0)
    alone = Presence(database)
    await alone.enter(now + CLAIM)
    assert await due_count(database, now + CLAIM) == 1
    await alone.leave()
