"""One process leads: nobody beside it, and somebody after it."""

import asyncio

import pytest
from sqlalchemy import text

from core import leadership
from core.db import Database
from core.leadership import lead

PATIENCE = 20
_END_LOCK_HOLDERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks"
    " WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Candidate:
    """A process that would lead: `leads` is set while it does, `ends` counts the ends."""

    def __init__(self, database: Database, number: int = 42) -> None:
        self.leads = asyncio.Event()
        self.ended = asyncio.Event()
        self._task = asyncio.create_task(lead(database, number, self._work))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _work(self) -> None:
        self.leads.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.leads.clear()
            self.ended.set()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leadership, "LOOK_AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(leadership, "ALIVE_SECONDS", 0.02)


async def test_the_one_process_of_a_file_leads(database: Database) -> None:
    alone = Candidate(database)
    async with asyncio.timeout(PATIENCE):
        await alone.leads.wait()
    await alone.stop()
    assert alone.ended.is_set()


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_of_two_one_leads_and_the_other_takes_over(database: Database) -> None:
    first = Candidate(database)
    async with asyncio.timeout(PATIENCE):
        await first.leads.wait()
        second, of_another_bot = Candidate(database), Candidate(database, 43)
        await of_another_bot.leads.wait()
        assert not second.leads.is_set()
        await first.stop()
        await second.leads.wait()
    await second.stop()
    await of_another_bot.stop()


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_who_loses_its_connection_stops_at_once_and_stands_again(database: Database) -> None:
    leader = Candidate(database)
    async with asyncio.timeout(PATIENCE):
        await leader.leads.wait()
        async with database.engine.connect() as connection:
            await connection.execute(_END_LOCK_HOLDERS)
        await leader.ended.wait()
        await leader.leads.wait()
    await leader.stop()
