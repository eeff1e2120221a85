"""The incident list: each filter alone and together, and counts that end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps
from core.db import Database
from core.incident_list import COUNT_CAP, Filters, incident_list, status_counts
from core.incidents import act
from core.levels import Level
from core.lifecycle import Action, Status
from core.timeline import Actor
from tests.factories import Scene, make_incident

EVERY_STATUS = Filters(statuses=tuple(Status))
MINUTE = timedelta(minutes=1)


async def titles(session: AsyncSession, filters: Filters) -> list[str]:
    return [incident.title for incident in (await incident_list(session, filters)).rows]


@pytest.fixture
async def mixed(database: Database, scene: Scene, now: datetime, alice: Actor) -> Scene:
    """Four incidents of Shop, one a minute and one a status, and one of Warehouse."""
    async with database.writing() as session:
        warehouse = (await apps.register(session, now, "Warehouse")).app
        for minute, (title, level, action) in enumerate(
            [
                ("debug open", Level.debug, None),
                ("warning acknowledged", Level.warning, Action.acknowledge),
                ("error snoozed", Level.error, Action.snooze),
                ("crit resolved", Level.crit, Action.resolve),
            ]
        ):
            at = now + minute * MINUTE
            incident = await make_incident(session, at, scene.shop, title, level=level)
            if action:
                await act(session, at, incident.id, action, alice)
        await make_incident(session, now + 4 * MINUTE, warehouse, "elsewhere")
    return scene


async def test_filters_narrow_the_list_each_alone_and_together(
    database: Database, mixed: Scene, now: datetime
) -> None:
    unresolved = ["elsewhere", "error snoozed", "warning acknowledged", "debug open"]
    expected = [
        (Filters(), unresolved),
        (Filters(statuses=(Status.resolved,)), ["crit resolved"]),
        (Filters(statuses=(Status.open, Status.resolved), app_id=mixed.shop.id), [
            "crit resolved", "debug open"]),
        (EVERY_STATUS, ["elsewhere", "crit resolved", *unresolved[1:]]),
        (Filters(statuses=()), []),
        (Filters(app_id=mixed.shop.id), unresolved[1:]),
        (Filters(app_id=404), []),
        (Filters(lowest_level=Level.error), ["elsewhere", "error snoozed"]),
        (Filters(lowest_level=Level.debug), unresolved),
        (Filters(since=now + 2 * MINUTE), ["elsewhere", "error snoozed"]),
        (Filters(until=now + 2 * MINUTE), ["warning acknowledged", "debug open"]),
        (Filters(since=now + MINUTE, until=now + MINUTE), []),
        (Filters(text="snoozed", lowest_level=Level.crit), []),
        (Filters(text="snoozed", app_id=mixed.shop.id), ["error snoozed"]),
    ]  # fmt: skip
    async with database.reading() as session:
        for filters, found in expected:
            assert await titles(session, filters) == found, filters


async def test_a_row_comes_with_its_app_and_assignee(database: Database, mixed: Scene) -> None:
    async with database.reading() as session:
        rows = (await incident_list(session, Filters())).rows
    assert [row.app.name for row in rows] == ["Warehouse", "Shop", "Shop", "Shop"]
    assert [row.assignee and row.assignee.name for row in rows] == [None, None, "Alice", None]


async def test_statuses_are_counted_within_the_other_filters(
    database: Database, mixed: Scene
) -> None:
    async with database.reading() as session:
        everywhere = await status_counts(session, Filters(statuses=(Status.resolved,)))
        in_shop = await status_counts(session, Filters(app_id=mixed.shop.id, text="o"))
    assert everywhere == dict(zip(Status, (2, 1, 1, 1), strict=True))
    assert in_shop == dict(zip(Status, (1, 1, 1, 1), strict=True))


async def test_counting_ends_at_the_cap(database: Database, scene: Scene, now: datetime) -> None:
    async with database.writing() as session:
        for n in range(COUNT_CAP + 5):
            await make_incident(session, now, scene.shop, f"Failed with {'x' * n}")
        assert (await status_counts(session, Filters()))[Status.open] == COUNT_CAP
