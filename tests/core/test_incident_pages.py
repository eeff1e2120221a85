"""Pages of incidents and reports: no row lost, none twice, and only our own cursors."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.errors import InvalidInput
from core.incident_list import Filters, incident_list, reports_of
from core.levels import Level
from core.lifecycle import Status
from core.models import Incident
from tests.factories import Scene, add_report, make_incident

MINUTE = timedelta(minutes=1)
NOT_OURS = [
    "x",
    "-",
    "1-",
    "-1",
    "1",
    "1-2-3",
    "1--2",
    "1-x",
    "1.5-2",
    "1-²",
    " 1-2",
    "1-2\0",
    "9" * 18 + "-1",
    "9" * 25 + "-1",
    "1-" + "9" * 19,
    "1-" + "9" * 30,
    "9" * 5000 + "-1",
    "1-1' OR '1'='1",
]


def bare_incidents(scene: Scene, seen_at: Iterable[datetime]) -> list[Incident]:
    return [
        Incident(
            app_id=scene.shop.id,
            fingerprint=f"f{n}",
            status=Status.open,
            level=Level.error,
            title=f"incident {n}",
            message="",
            count=1,
            opened_at=at,
            last_seen_at=at,
            search_text=f"incident {n}",
        )
        for n, at in enumerate(seen_at)
    ]


async def all_pages(session: AsyncSession, filters: Filters, size: int) -> list[list[int]]:
    pages: list[list[int]] = []
    cursor: str | None = None
    while not pages or cursor:
        assert len(pages) < 100, "the pages do not end"
        page = await incident_list(session, filters, cursor, size)
        pages.append([incident.id for incident in page.rows])
        cursor = page.next_cursor
    return pages


async def test_pages_hold_every_row_once_though_rows_share_their_time(
    database: Database, scene: Scene, now: datetime
) -> None:
    microsecond = timedelta(microseconds=1)
    times = [now + n * microsecond for n in (0, 0, 0, 1, 1, 0, 2, 2, 2, 2, 5, 0)]
    async with database.writing() as session:
        session.add_all(rows := bare_incidents(scene, times))
        await session.flush()
        rows.sort(key=lambda row: (row.last_seen_at, row.id), reverse=True)
        newest_first = [row.id for row in rows]
        for size in (1, 2, 3, 7, 12, 13):
            pages = await all_pages(session, Filters(), size)
            assert pages == [newest_first[n : n + size] for n in range(0, len(rows), size)]


async def test_a_row_seen_anew_between_two_pages_takes_no_other_with_it(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        session.add_all(rows := bare_incidents(scene, [now + n * MINUTE for n in range(6)]))
        await session.flush()
        first = await incident_list(session, Filters(), size=3)
        rows[0].last_seen_at = now + 10 * MINUTE
        await session.flush()
        second = await incident_list(session, Filters(), first.next_cursor, 3)
    assert [row.id for row in second.rows] == [rows[2].id, rows[1].id]


async def test_a_list_without_rows_has_one_empty_page(database: Database) -> None:
    async with database.reading() as session:
        page = await incident_list(session, Filters())
    assert (list(page.rows), page.next_cursor) == ([], None)


async def test_a_cursor_that_is_not_ours_is_refused(database: Database) -> None:
    for cursor in NOT_OURS:
        async with database.reading() as session:
            with pytest.raises(InvalidInput, match="cursor: not a cursor of this list"):
                await incident_list(session, Filters(), cursor)


async def test_reports_come_in_pages_newest_first(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for minute in range(4):
            await add_report(session, now + minute * MINUTE, incident)
        first = await reports_of(session, incident.id, size=3)
        assert first.next_cursor is not None
        second = await reports_of(session, incident.id, int(first.next_cursor), size=3)
    numbers = [report.id for page in (first, second) for report in page.rows]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), second.next_cursor) == (5, None)
