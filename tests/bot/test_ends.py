"""Ends of calls: written together, and yet each for itself when one of them cannot be."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.ends import End, Ends
from bot.work import Attempt
from core import facts, lanes
from core.chats import ensure_chat
from core.db import Database
from core.models import Lane
from core.pace import paces_of
from core.settings import load_settings
from tests.factories import DEFAULTS

ME = 1
CHATS = (-1, -2, -3)


class Told:
    """An attempt that keeps its chat's name when it is done, or fails at that."""

    def __init__(self, chat_id: int, *, fails: bool = False) -> None:
        self._name = str(chat_id)
        self._fails = fails

    async def done(self, session: AsyncSession, now: datetime) -> None:
        await facts.remember(session, self._name, now.isoformat())
        if self._fails:
            raise RuntimeError("no ink left")


@pytest.fixture
async def ends(database: Database, now: datetime) -> Ends:
    """The ends of a process that has three chats in hand."""
    async with database.writing() as session:
        for chat_id in CHATS:
            await ensure_chat(session, chat_id, DEFAULTS)
            lane = await session.get_one(Lane, chat_id)
            lane.lease_owner, lane.lease_until = ME, now + lanes.LEASE
    return Ends(database, paces_of(load_settings(_env_file=None)), ME, lambda: now)


def end_of(chat_id: int, *, fails: bool = False) -> End:
    attempt: Attempt = Told(chat_id, fails=fails)  # type: ignore[assignment]  # nothing else is asked of it
    return End(chat_id, attempt, True, None)


async def kept(database: Database) -> Sequence[int]:
    async with database.reading() as session:
        return [chat_id for chat_id in CHATS if await facts.recall(session, str(chat_id))]


async def test_calls_that_end_together_are_one_transaction(database: Database, ends: Ends) -> None:
    commits: list[object] = []
    engine = (database._writing if database.is_sqlite else database.engine).sync_engine
    event.listen(engine, "commit", commits.append)
    await asyncio.gather(*(ends.write(end_of(chat_id)) for chat_id in CHATS))
    assert len(commits) == 1
    assert await kept(database) == list(CHATS)


async def test_one_that_cannot_be_written_takes_no_other_with_it(
    database: Database, ends: Ends
) -> None:
    writes = [ends.write(end_of(chat_id, fails=chat_id == -2)) for chat_id in CHATS]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), RuntimeError, type(None)]
    assert await kept(database) == [-1, -3]
    async with database.reading() as session:
        assert (await session.get_one(Lane, -2)).lease_owner == ME
        assert (await session.get_one(Lane, -3)).lease_owner is None


async def test_who_waits_no_longer_does_not_disturb_the_writing(
    database: Database, ends: Ends
) -> None:
    gone = asyncio.create_task(ends.write(end_of(-1)))
    stays = asyncio.create_task(ends.write(end_of(-2)))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    await ends.finish()
    assert await kept(database) == [-1, -2]
