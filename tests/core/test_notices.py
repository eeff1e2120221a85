"""Notices: one for each fact, sent by one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.chat_health import disable
from core.db import Database
from core.delivery import URGENT_DOUBT_PAUSE
from core.models import Notice
from core.notices import (
    NoticeWork,
    add_notice,
    begin_notices,
    doubt_notice,
    due_notices,
    finish_notice,
    notice_work,
    postpone_notice,
)
from core.remedies import Trouble
from core.urgency import Urgency
from tests.core.races import Work, both_at_once, committed, rolled_back
from tests.factories import OPS, Scene

DATA = {"since": "2026-11-22T09:00:00+00:00", "late": False}
MINUTE = timedelta(minutes=1)


def digest(now: datetime, key: str = "digest:1") -> Work[bool]:
    return lambda session: add_notice(session, now, OPS, "digest", key, DATA)


def page(now: datetime) -> Work[bool]:
    return lambda session: add_notice(session, now, OPS, "page", "page:1", {}, urgency=Urgency.page)


def begun(now: datetime, notice: Notice) -> Work[set[int]]:
    return lambda session: begin_notices(session, now, [notice.id])


async def work_of(database: Database, notice: Notice) -> NoticeWork:
    async with database.reading() as session:
        return await notice_work(session, notice.id)


async def due(database: Database, now: datetime) -> list[int]:
    """What the lane gets next."""
    async with database.reading() as session:
        rows = await due_notices(session, now, 10)
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
    async with database.reading() as session:
        assert len((await session.scalars(select(Notice))).all()) == 2


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


async def test_of_two_who_begin_a_notice_at_once_one_does(
    database: Database, now: datetime, notice: Notice
) -> None:
    assert await both_at_once(database, begun(now, notice), begun(now, notice)) == (
        {notice.id},
        set(),
    )
    one = await work_of(database, notice)
    assert (one.chat_id, one.locale, one.time_zone) == (OPS, "en", "UTC")
    assert (one.kind, one.data, one.attempts) == ("digest", DATA, 1)


async def test_a_notice_that_was_begun_is_not_due_even_after_a_crash(
    database: Database, now: datetime, notice: Notice
) -> None:
    await committed(database, begun(now, notice))
    assert await due(database, now + timedelta(days=365)) == []


async def test_a_page_that_was_begun_is_due_again_after_a_crash(
    database: Database, scene: Scene, now: datetime
) -> None:
    await committed(database, page(now))
    notice = await only_notice(database)
    await committed(database, begun(now, notice))
    assert await due(database, now) == []
    assert await due(database, now + URGENT_DOUBT_PAUSE) == [notice.id]


async def test_a_page_that_may_have_come_is_sent_again_and_a_digest_is_not(
    database: Database, now: datetime, notice: Notice
) -> None:
    await committed(database, begun(now, notice))
    work = await work_of(database, notice)
    await committed(database, lambda session: doubt_notice(session, now, work, "no answer"))
    assert (await only_notice(database)).error == "no answer"
    paged = replace(work, urgency=Urgency.page)
    await committed(database, lambda session: postpone_notice(session, work, now))
    await committed(database, lambda session: doubt_notice(session, now, paged, "no answer"))
    assert await due(database, now + URGENT_DOUBT_PAUSE) == [notice.id]


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
    now: datetime,
    notice: Notice,
    message_id: int | None,
    error: str | None,
    status: str,
    kept: str | None,
) -> None:
    await committed(database, begun(now, notice))
    await committed(
        database,
        lambda session: finish_notice(session, notice.id, message_id=message_id, error=error),
    )
    ended = await only_notice(database)
    assert (ended.status, ended.message_id, ended.error) == (status, message_id, kept)


async def test_a_postponed_notice_is_due_later_and_can_be_begun_again(
    database: Database, now: datetime, notice: Notice
) -> None:
    await committed(database, begun(now, notice))
    work = await work_of(database, notice)
    await committed(database, lambda session: postpone_notice(session, work, now + MINUTE))
    assert await due(database, now) == []
    assert await due(database, now + MINUTE) == [notice.id]
    await committed(database, begun(now + MINUTE, notice))
    again = await work_of(database, notice)
    assert (again.attempts, again.doubts) == (2, 1)


async def test_notices_of_a_disabled_chat_wait(
    database: Database, now: datetime, notice: Notice
) -> None:
    out = Trouble.removed
    await committed(database, lambda session: disable(session, now, OPS, out, "kicked"))
    assert await due(database, now) == []


async def test_pages_come_first_and_of_equals_the_one_that_waits_longest(
    database: Database, scene: Scene, now: datetime
) -> None:
    for n in range(2):
        await committed(database, digest(now - n * MINUTE, f"digest:{n}"))
    await committed(database, page(now))
    order = []
    while found := await due(database, now):
        order += found
        async with database.writing() as session:
            await finish_notice(session, found[0])
    assert order == [3, 2, 1]
