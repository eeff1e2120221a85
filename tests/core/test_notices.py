"""Notices: one for each fact, sent by one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.chat_health import disable
from core.db import Database
from core.models import Notice
from core.notices import add_notice, claim_notice, due_notices, finish_notice, postpone_notice
from core.remedies import Trouble
from tests.core.races import Work, both_at_once, committed, rolled_back
from tests.factories import OPS, Scene

DATA = {"since": "2026-11-22T09:00:00+00:00", "late": False}
MINUTE = timedelta(minutes=1)


def digest(now: datetime, key: str = "digest:1") -> Work[bool]:
    return lambda session: add_notice(session, now, OPS, "digest", key, DATA)


async def due(database: Database, now: datetime, *, busy: bool = False) -> list[int]:
    async with database.reading() as session:
        rows = await due_notices(session, now, except_chats=[OPS] if busy else [], limit=10)
    assert {row.chat_id for row in rows} <= {OPS}
    return [row.id for row in rows]


async def only_notice(database: Database) -> Notice:
    async with database.reading() as session:
        return (await session.scalars(select(Notice))).one()


@pytest.fixture
async def notice(database: Database, scene: Scene, now: datetime) -> Notice:
    assert await committed(database, digest(now))
    return await only_notice(database)


async def test_a_fact_has_one_notice(
    database: Database, scene: Scene, now: datetime, notice: Notice
) -> None:
    assert not await committed(database, digest(now + MINUTE))
    assert await committed(database, digest(now, "digest:2"))
    assert len(await due(database, now)) == 2
    assert await due(database, now, busy=True) == []


async def test_two_who_notice_the_same_fact_at_once_write_one_notice(
    database: Database, scene: Scene, now: datetime
) -> None:
    assert await both_at_once(database, digest(now), digest(now)) == (True, False)
    assert len(await due(database, now)) == 1


async def test_a_notice_whose_fact_was_rolled_back_was_never_there(
    database: Database, scene: Scene, now: datetime
) -> None:
    await rolled_back(database, digest(now))
    assert await due(database, now) == []
    assert await committed(database, digest(now))


async def test_of_two_claimers_at_once_one_gets_the_notice(
    database: Database, notice: Notice
) -> None:
    one, other = await both_at_once(
        database,
        lambda session: claim_notice(session, notice.id),
        lambda session: claim_notice(session, notice.id),
    )
    assert other is None
    assert one is not None
    assert (one.chat_id, one.locale, one.time_zone) == (OPS, "en", "UTC")
    assert (one.kind, one.data, one.attempts) == ("digest", DATA, 1)


async def test_a_claimed_notice_is_not_due_even_after_a_crash(
    database: Database, now: datetime, notice: Notice
) -> None:
    await committed(database, lambda session: claim_notice(session, notice.id))
    assert await due(database, now + timedelta(days=365)) == []


@pytest.mark.parametrize(
    ("message_id", "error", "status", "kept"),
    [
        (77, None, "sent", None),
        (None, "chat not found", "failed", "chat not found"),
        (None, "", "failed", ""),
        (None, "я" * 600, "failed", "я" * 500),
    ],
)
async def test_the_end_of_a_notice_is_kept(
    database: Database,
    notice: Notice,
    message_id: int | None,
    error: str | None,
    status: str,
    kept: str | None,
) -> None:
    await committed(database, lambda session: claim_notice(session, notice.id))
    await committed(
        database,
        lambda session: finish_notice(session, notice.id, message_id=message_id, error=error),
    )
    ended = await only_notice(database)
    assert (ended.status, ended.message_id, ended.error) == (status, message_id, kept)


async def test_a_postponed_notice_is_due_later_and_can_be_claimed_again(
    database: Database, now: datetime, notice: Notice
) -> None:
    await committed(database, lambda session: claim_notice(session, notice.id))
    await committed(database, lambda session: postpone_notice(session, notice.id, now + MINUTE))
    assert await due(database, now) == []
    assert await due(database, now + MINUTE) == [notice.id]
    again = await committed(database, lambda session: claim_notice(session, notice.id))
    assert again is not None
    assert again.attempts == 2


async def test_notices_of_a_disabled_chat_wait(
    database: Database, now: datetime, notice: Notice
) -> None:
    out = Trouble.removed
    await committed(database, lambda session: disable(session, now, OPS, out, "kicked"))
    assert await due(database, now) == []


async def test_the_oldest_notice_comes_first(
    database: Database, scene: Scene, now: datetime
) -> None:
    for n in range(3):
        await committed(database, digest(now - n * MINUTE, f"digest:{n}"))
    numbers = await due(database, now)
    assert numbers == sorted(numbers)
