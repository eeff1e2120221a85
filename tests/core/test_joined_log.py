"""An app's log: the tails of its reports, joined into one continuous log per source."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.joined_log import TAILS_PER_PAGE, LogPage, Stretch, joined_log
from core.logs import MAX_SOURCES, last_report_with_logs, sources_of, tails_of_report
from core.models import Incident, Log
from tests.factories import Scene, add_report, make_incident


def numbered(first: int, last: int) -> list[str]:
    return [f"line {n}" for n in range(first, last + 1)]


def lines_of(stretches: Sequence[Stretch]) -> list[str]:
    return [line for stretch in stretches for line in stretch.lines]


async def send(session: AsyncSession, now: datetime, incident: Incident, *tails: list[str]) -> None:
    for minute, tail in enumerate(tails):
        at = now + timedelta(minutes=minute)
        await add_report(session, at, incident, lines=tail, source="worker.log")


async def joined(database: Database, now: datetime, scene: Scene, *tails: list[str]) -> LogPage:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await send(session, now, incident, *tails)
        return await joined_log(session, scene.shop.id, "worker.log")


async def whole_log(session: AsyncSession, app_id: int) -> list[Stretch]:
    """Read every page, the newest first, into the order of the log."""
    stretches: list[Stretch] = []
    page = await joined_log(session, app_id, "worker.log")
    while True:
        stretches = [*page.stretches, *stretches]
        if page.older is None:
            return stretches
        page = await joined_log(session, app_id, "worker.log", page.older)


async def test_overlapping_tails_read_as_one_log(
    database: Database, scene: Scene, now: datetime
) -> None:
    page = await joined(database, now, scene, numbered(1, 5), numbered(3, 7), numbered(7, 9))
    assert lines_of(page.stretches) == numbered(1, 9)
    assert not any(stretch.gap for stretch in page.stretches)
    assert page.older is None


async def test_tails_that_do_not_meet_show_a_gap(
    database: Database, scene: Scene, now: datetime
) -> None:
    page = await joined(database, now, scene, numbered(1, 3), numbered(7, 9))
    assert [(list(s.lines), s.gap) for s in page.stretches] == [
        (numbered(1, 3), False),
        (numbered(7, 9), True),
    ]


async def test_a_tail_that_says_nothing_new_is_left_out(
    database: Database, scene: Scene, now: datetime
) -> None:
    page = await joined(database, now, scene, numbered(1, 3), numbered(1, 3), numbered(2, 3))
    assert [list(stretch.lines) for stretch in page.stretches] == [numbered(1, 3)]


async def test_a_shorter_tail_between_longer_ones_makes_no_gap(
    database: Database, scene: Scene, now: datetime
) -> None:
    """`send(max_logs_to_send=…)` may differ from call to call."""
    page = await joined(database, now, scene, numbered(1, 10), numbered(9, 11), numbered(3, 12))
    assert lines_of(page.stretches) == numbered(1, 12)
    assert not any(stretch.gap for stretch in page.stretches)


async def test_a_longer_tail_after_a_shorter_one_repeats_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    page = await joined(database, now, scene, numbered(4, 5), numbered(1, 7))
    assert lines_of(page.stretches)[-2:] == numbered(6, 7)
    assert len(lines_of(page.stretches)) == len(set(lines_of(page.stretches)))


async def test_a_note_stands_where_the_lines_are_missing(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await send(session, now, incident, numbered(1, 3), [], numbered(2, 5))
        await session.execute(
            update(Log)
            .where(Log.body == b"", Log.source == "worker.log")
            .values(note="no such file")
        )
        page = await joined_log(session, scene.shop.id, "worker.log")
    assert [(stretch.note, list(stretch.lines)) for stretch in page.stretches] == [
        ("", numbered(1, 3)),
        ("no such file", []),
        ("", numbered(4, 5)),
    ]
    assert not any(stretch.gap for stretch in page.stretches)


@pytest.mark.parametrize("reports", [1, TAILS_PER_PAGE, TAILS_PER_PAGE + 1, 2 * TAILS_PER_PAGE + 5])
async def test_pages_read_one_after_the_other_are_the_log(
    database: Database, scene: Scene, now: datetime, reports: int
) -> None:
    tails = [numbered(n, n + 3) for n in range(1, reports + 1)]
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await send(session, now, incident, *tails)
        stretches = await whole_log(session, scene.shop.id)
    assert lines_of(stretches) == numbered(1, reports + 3)
    assert not any(stretch.gap for stretch in stretches)


async def test_a_page_that_begins_after_a_note_repeats_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    tails = [numbered(1, 5), [], *(numbered(n, n + 3) for n in range(3, TAILS_PER_PAGE + 3))]
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await send(session, now, incident, *tails)
        stretches = await whole_log(session, scene.shop.id)
    assert lines_of(stretches) == numbered(1, TAILS_PER_PAGE + 5)
    assert not any(stretch.gap for stretch in stretches)


async def test_sources_are_listed_once_by_name_and_no_more_than_the_cap(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop, lines=[])
        for source in ["worker.log", "api.log", "worker.log", "", "лог"]:
            await add_report(session, now, incident, lines=["x"], source=source)
        sources = await sources_of(session, scene.shop.id)
        assert sorted(sources) == ["", "api.log", "app.log", "worker.log", "лог"]
        for n in range(MAX_SOURCES):
            await add_report(session, now, incident, lines=["x"], source=f"pod-{n:03}.log")
        assert len(await sources_of(session, scene.shop.id)) == MAX_SOURCES
        assert await sources_of(session, scene.shop.id + 1) == []


async def test_the_newest_report_with_logs_is_found_past_those_without(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop, lines=["first"])
        last = await add_report(session, now, incident, lines=["last"])
        silent = await add_report(session, now, incident)
        await session.execute(delete(Log).where(Log.report_id == silent.id))
        assert await last_report_with_logs(session, incident.id) == last.id
        assert [list(tail.lines) for tail in await tails_of_report(session, last.id)] == [["last"]]
        assert await last_report_with_logs(session, incident.id + 1) is None
