"""A claim has one winner."""

from datetime import datetime

from core import first_admin
from core.db import Database
from core.people import ensure_person
from core.roles import Role
from tests.core.races import both_at_once


async def test_of_two_who_bring_a_claim_at_once_one_is_admin(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        token = await first_admin.new_claim(session, now) or ""
    used = await both_at_once(
        database,
        lambda session: first_admin.use_claim(session, now, token),
        lambda session: first_admin.use_claim(session, now, token),
    )
    assert sorted(used) == [False, True]


async def test_a_claim_is_over_as_soon_as_there_is_an_admin(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        token = await first_admin.new_claim(session, now) or ""
        alice = await ensure_person(session, now, 101, "Alice")
        alice.role = Role.admin
        await session.flush()
        assert not await first_admin.use_claim(session, now, token)
        assert await first_admin.new_claim(session, now) is None
        alice.role = None
        await session.flush()
        await first_admin.withdraw_claim(session)
        assert not await first_admin.use_claim(session, now, token)
