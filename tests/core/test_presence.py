"""Who else lives: what somebody has in hand is left alone, what a dead process had is free."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from core import lanes
from core.db import Database
from core.lanes import LEASE
from core.models import Lane, Notice
from core.notices import add_notice, begin_notices
from core.presence import Presence
from tests.factories import OPS, Scene
from tests.programs import ROOT

PATIENCE = 30
ANOTHER = """
import asyncio, sys
from core.db import Database
from core.presence import Presence

async def live():
    presence = Presence(Database(sys.argv[1]))
    await presence.enter()
    print(presence.owner, flush=True)
    await asyncio.Event().wait()

asyncio.run(live())
"""

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
async def notice(database: Database, scene: Scene, now: datetime) -> None:
    """A digest that somebody is sending."""
    async with database.writing() as session:
        await add_notice(session, now, OPS, "digest", "digest:1", {})
        await begin_notices(session, now, [1])


async def lease(database: Database, now: datetime, owner: int) -> None:
    async with database.writing() as session:
        lane = await session.get_one(Lane, OPS)
        lane.lease_owner, lane.lease_until = owner, now + LEASE


async def owner_of_lane(database: Database) -> int | None:
    async with database.reading() as session:
        return await session.scalar(select(Lane.lease_owner).where(Lane.chat_id == OPS))


async def notice_status(database: Database) -> str:
    async with database.reading() as session:
        return (await session.get_one(Notice, 1)).status


@on_sqlite
async def test_the_one_process_of_a_file_takes_over_what_was_left_in_it(
    database: Database, now: datetime
) -> None:
    await lease(database, now, 1)
    presence = Presence(database)
    await presence.look_around(now)
    assert await owner_of_lane(database) is None
    assert await notice_status(database) == "failed"
    await presence.leave()


async def test_a_lease_that_ran_out_is_taken_back_by_whoever_looks(
    database: Database, now: datetime
) -> None:
    presence = Presence(database)
    await presence.look_around(now)
    await lease(database, now, presence.owner)
    await presence.look_around(now + LEASE)
    assert await owner_of_lane(database) == presence.owner
    await presence.look_around(now + LEASE + timedelta(microseconds=1))
    assert await owner_of_lane(database) is None
    assert await notice_status(database) == "failed"
    await presence.leave()


async def test_who_leaves_gives_back_what_it_has(database: Database, now: datetime) -> None:
    presence = Presence(database)
    await presence.enter()
    await lease(database, now, presence.owner)
    await presence.leave()
    assert await owner_of_lane(database) is None


async def test_who_never_entered_can_leave(database: Database) -> None:
    await Presence(database).leave()


@on_postgres
async def test_what_another_has_in_hand_is_left_to_it(
    database: Database, other: Database, now: datetime
) -> None:
    first, second = Presence(database), Presence(other)
    await first.enter()
    await lease(database, now, first.owner)
    await second.look_around(now)
    assert await owner_of_lane(database) == first.owner
    assert await notice_status(database) == "sending"
    await first.leave()
    await lease(database, now, first.owner)
    await second.look_around(now)
    assert await owner_of_lane(database) is None
    await second.leave()


@on_postgres
async def test_a_killed_process_loses_its_lanes_at_the_next_look(
    database: Database, database_url: str, now: datetime
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ANOTHER, database_url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    owner = int(await process.stdout.readline())
    await lease(database, now, owner)
    beside = Presence(database)
    await beside.look_around(now)
    assert await owner_of_lane(database) == owner

    process.kill()
    await process.communicate()
    await gone(database, owner)
    await beside.look_around(now)
    assert await owner_of_lane(database) is None
    await beside.leave()


async def gone(database: Database, owner: int) -> None:
    """Return when PostgreSQL has seen that a process ended."""
    locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :owner")
    async with asyncio.timeout(PATIENCE), database.engine.connect() as watcher:
        while await watcher.scalar(locks, {"owner": owner}):
            await watcher.rollback()


@on_postgres
async def test_who_lost_its_connection_shows_itself_again(
    database: Database, other: Database, now: datetime
) -> None:
    presence, beside = Presence(database), Presence(other)
    await presence.look_around(now)
    async with other.engine.connect() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = :owner"),
            {"owner": presence.owner},
        )
    await gone(other, presence.owner)
    with pytest.raises((OSError, SQLAlchemyError)):
        await presence.look_around(now)
    await presence.look_around(now)
    await lease(database, now, presence.owner)
    await beside.look_around(now)
    assert await owner_of_lane(database) == presence.owner
    await presence.leave()
    await beside.leave()


@on_postgres
async def test_two_looks_at_once_do_not_disturb_each_other(
    database: Database, other: Database, now: datetime
) -> None:
    await lease(database, now, 1)
    several = [Presence(one) for one in (database, other) * 2]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(presence.look_around(now) for presence in several))
    assert await owner_of_lane(database) is None
    for presence in several:
        await presence.leave()
    async with database.reading() as session:
        assert not await lanes.are_left(session, Lane.lease_owner.is_not(None))
