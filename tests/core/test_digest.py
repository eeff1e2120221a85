"""The digest: two windows beside each other, what is still open, and only the chat's own apps."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import digest as digests
from core.apps import register
from core.chats import set_routes
from core.db import Database
from core.digest import DAY, Digest, LevelRow, Row, digest_of
from core.incidents import Changes, act, edit
from core.levels import Level
from core.lifecycle import Action
from core.stats import Figures
from core.timeline import Actor
from tests.factories import DEFAULTS, OPS, Scene, add_report, make_incident

BASE_URL = "https://dispatcher.example.com"
HOUR = timedelta(hours=1)
NOTHING = Figures(0, 0, 0, None, None)
TEAM = -1002


async def last_day(
    session: AsyncSession, now: datetime, chat_id: int | None = None, *, late: bool = False
) -> Digest:
    return await digest_of(session, now - DAY, now, BASE_URL, chat_id=chat_id, late=late)


async def test_a_quiet_day_says_so(database: Database, scene: Scene, now: datetime) -> None:
    async with database.reading() as session:
        digest = await last_day(session, now, OPS, late=True)
    assert digest == Digest(now - DAY, now, True, NOTHING, NOTHING, [], [], [], 0)


async def test_every_number_stands_beside_that_of_the_window_before(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        old = await make_incident(session, now - 30 * HOUR, scene.shop, "Old", level=Level.warning)
        await act(session, now - 29 * HOUR, old.id, Action.acknowledge, alice)
        await act(session, now - 28 * HOUR, old.id, Action.resolve, alice)
        new = await make_incident(session, now - 6 * HOUR, scene.shop, "New", level=Level.crit)
        await add_report(session, now - 5 * HOUR, new)
        await act(session, now - 3 * HOUR, new.id, Action.acknowledge, alice)
        digest = await last_day(session, now)
    assert digest.now == Figures(1, 0, 2, mtta=3 * HOUR, mttr=None)
    assert digest.before == Figures(1, 1, 1, mtta=HOUR, mttr=2 * HOUR)
    assert digest.by_level == [LevelRow(Level.crit, 2, 0), LevelRow(Level.warning, 0, 1)]
    assert digest.by_app == [Row("Shop", 2, 1)]


async def test_what_is_not_resolved_is_still_open_the_oldest_first_as_links(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        for title, days in (("Newest", 1), ("Oldest", 100), ("Middle", 7), ("Over", 200)):
            await make_incident(session, now - days * DAY, scene.shop, title)
        await act(session, now, 3, Action.acknowledge, alice)
        await act(session, now, 2, Action.snooze, alice)
        await act(session, now, 4, Action.resolve, alice)
        digest = await last_day(session, now)
    assert digest.still_open_total == 3
    assert [one.title for one in digest.still_open] == ["Oldest", "Middle", "Newest"]
    oldest = digest.still_open[0]
    assert (oldest.number, oldest.app, oldest.level) == (2, "Shop", Level.error)
    assert oldest.opened_at == now - 100 * DAY
    assert oldest.url == f"{BASE_URL}/incidents/2"


async def test_a_resolve_that_was_undone_leaves_the_incident_open(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now - 5 * HOUR, scene.shop)
        await act(session, now - 4 * HOUR, incident.id, Action.resolve, alice)
        await act(session, now - 3 * HOUR, incident.id, Action.reopen, alice)
        digest = await last_day(session, now)
    assert digest.now == Figures(1, 0, 1, None, None)
    assert [one.number for one in digest.still_open] == [incident.id]


async def test_of_many_apps_the_noisiest_are_named_with_the_right_number_of_the_day_before(
    database: Database, scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MAX_APPS", 2)
    reports = {"Quiet": (1, 3), "Loud": (3, 1), "Gone": (0, 2), "Second": (2, 0)}
    async with database.writing() as session:
        for name, counts in reports.items():
            app = (await register(session, now, name)).app
            for at, count in zip((now - HOUR, now - DAY - HOUR), counts, strict=True):
                for n in range(count):
                    await make_incident(session, at, app, f"On a {at:%A} {'x' * n}")
        digest = await last_day(session, now)
    assert digest.by_app == [Row("Loud", 3, 1), Row("Second", 2, 0)]


async def test_of_many_open_incidents_the_oldest_are_named_and_all_are_counted(
    database: Database, scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MAX_OPEN", 2)
    async with database.writing() as session:
        for n in range(4):
            await make_incident(session, now - n * HOUR, scene.shop, "x" * (n + 1))
        digest = await last_day(session, now)
    assert [one.number for one in digest.still_open] == [4, 3]
    assert digest.still_open_total == 4


async def test_each_chat_reads_of_its_own_apps(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        api = (await register(session, now, "Api")).app
        await set_routes(session, api.id, [TEAM], DEFAULTS)
        for app in (scene.shop, api):
            await make_incident(session, now - HOUR, app, f"Of {app.name}")
        ops, team = await last_day(session, now, OPS), await last_day(session, now, TEAM)
        assert [one.app for one in ops.still_open] == ["Shop"]
        assert [one.app for one in team.still_open] == ["Api"]
        assert (ops.by_app, team.by_app) == ([Row("Shop", 1, 0)], [Row("Api", 1, 0)])
        assert ops.now == team.now == Figures(1, 0, 1, None, None)

        await edit(session, now, 1, alice, Changes(app_id=api.id))
        ops, team = await last_day(session, now, OPS), await last_day(session, now, TEAM)
    assert ops.still_open == []
    assert [one.title for one in team.still_open] == ["Of Shop", "Of Api"]
