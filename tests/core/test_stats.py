"""Numbers of a window: what is counted, what is averaged, and whose apps they are of."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps
from core.chats import ensure_chat, set_routes
from core.db import Database
from core.incidents import act
from core.levels import Level
from core.lifecycle import Action
from core.models import App, Incident
from core.stats import (
    Figures,
    Window,
    apps_shown_in,
    figures,
    reports_by_app,
    reports_by_level,
)
from core.timeline import Actor
from tests.factories import DEFAULTS, OPS, Scene, add_report, make_incident

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
NOTHING = Figures(0, 0, 0, None, None)
TEAM, QUIET, UNKNOWN = -1002, -1003, -1004

Handled = Callable[..., Awaitable[Incident]]


@pytest.fixture
def window(now: datetime) -> Window:
    """The day before the scene's beginning."""
    return Window(now - DAY, now)


@pytest.fixture
def handled(scene: Scene, alice: Actor) -> Handled:
    """Open an incident of Shop, and let Alice act on it at times after its opening."""

    async def make(
        session: AsyncSession, at: datetime, *steps: tuple[Action, timedelta], title: str = "Failed"
    ) -> Incident:
        incident = await make_incident(session, at, scene.shop, title)
        for action, after in steps:
            outcome = await act(session, at + after, incident.id, action, alice)
            assert outcome.changed
        return incident

    return make


async def figures_of(session: AsyncSession, window: Window, chat_id: int | None = None) -> Figures:
    return await figures(session, window, await apps_shown_in(session, chat_id))


def test_the_window_before_is_as_long_and_ends_where_this_one_begins(window: Window) -> None:
    assert window.before == Window(window.since - DAY, window.since)


async def test_a_window_without_anything_has_no_means(
    database: Database, scene: Scene, window: Window
) -> None:
    async with database.reading() as session:
        assert await figures_of(session, window) == NOTHING


async def test_a_window_holds_its_first_moment_and_not_its_last(
    database: Database, handled: Handled, window: Window
) -> None:
    async with database.writing() as session:
        for n, at in enumerate(
            (window.since - MOMENT, window.since, window.until - MOMENT, window.until)
        ):
            await handled(session, at, (Action.resolve, timedelta(0)), title="x" * (n + 1))
        found = await figures_of(session, window)
        before = await figures_of(session, window.before)
    assert (found.opened, found.resolved) == (2, 2)
    assert (before.opened, before.resolved) == (1, 1)


async def test_the_means_are_taken_of_what_was_acknowledged_and_resolved_in_the_window(
    database: Database, handled: Handled, window: Window
) -> None:
    noon = window.since + 3 * HOUR
    acknowledged = (Action.acknowledge, 4 * MINUTE)
    async with database.writing() as session:
        await handled(session, noon, acknowledged, (Action.resolve, 30 * MINUTE), title="both")
        await handled(session, noon, (Action.acknowledge, 9 * MINUTE), title="acknowledged")
        await handled(session, noon, (Action.resolve, HOUR + 1.5 * MINUTE), title="resolved")
        await handled(session, noon, title="nothing was done")
        await handled(session, noon - DAY, (Action.acknowledge, MINUTE), title="the day before")
        found = await figures_of(session, window)
        before = await figures_of(session, window.before)
    assert found == Figures(4, 2, 4, mtta=6.5 * MINUTE, mttr=45.75 * MINUTE)
    assert before == Figures(1, 0, 1, mtta=MINUTE, mttr=None)


async def test_only_the_first_acknowledge_counts(
    database: Database, handled: Handled, window: Window
) -> None:
    steps = [
        (Action.acknowledge, 5 * MINUTE),
        (Action.unacknowledge, 6 * MINUTE),
        (Action.acknowledge, 30 * HOUR),
    ]
    async with database.writing() as session:
        await handled(session, window.since - 7 * HOUR, *steps)
        found = await figures_of(session, window)
        before = await figures_of(session, window.before)
    assert found.mtta is None
    assert before.mtta == 5 * MINUTE


async def test_a_resolve_that_was_undone_is_none(
    database: Database, handled: Handled, window: Window
) -> None:
    steps = [(Action.resolve, HOUR), (Action.reopen, 2 * HOUR)]
    async with database.writing() as session:
        await handled(session, window.since + HOUR, *steps)
        assert await figures_of(session, window) == Figures(1, 0, 1, None, None)


async def test_of_several_resolves_the_last_one_counts(
    database: Database, handled: Handled, window: Window
) -> None:
    steps = [(Action.resolve, HOUR), (Action.reopen, 2 * HOUR), (Action.resolve, 6 * HOUR)]
    async with database.writing() as session:
        await handled(session, window.since - 4 * HOUR, *steps)
        found = await figures_of(session, window)
        before = await figures_of(session, window.before)
    assert (found.resolved, found.mttr) == (1, 6 * HOUR)
    assert (before.resolved, before.mttr) == (0, None)


async def test_waking_from_a_snooze_undoes_no_resolve(
    database: Database, handled: Handled, window: Window
) -> None:
    steps = [(Action.snooze, MINUTE), (Action.reopen, 2 * MINUTE), (Action.resolve, 3 * MINUTE)]
    async with database.writing() as session:
        await handled(session, window.since, *steps)
        assert (await figures_of(session, window)).mttr == 3 * MINUTE


async def test_an_incident_of_last_year_that_ends_only_now_counts(
    database: Database, handled: Handled, window: Window
) -> None:
    length = 400 * DAY
    async with database.writing() as session:
        await handled(session, window.since - length, (Action.resolve, length))
        assert await figures_of(session, window) == Figures(0, 1, 0, None, length)


async def test_reports_are_counted_by_level_and_by_app_the_noisiest_first(
    database: Database, scene: Scene, window: Window, now: datetime
) -> None:
    async with database.writing() as session:
        everywhere = await apps_shown_in(session, None)
        for name, level, times in (("Api", Level.crit, 1), ("Web", Level.warning, 3)):
            app = (await apps.register(session, now, name)).app
            incident = await make_incident(session, window.since, app, level=level)
            for n in range(times):
                await add_report(session, window.since + n * HOUR, incident)
        await make_incident(session, window.since, scene.shop, level=Level.warning)
        by_level = await reports_by_level(session, window, everywhere)
        by_app = await reports_by_app(session, window, everywhere)
    assert by_level == {Level.crit: 2, Level.warning: 5}
    assert list(by_app.items()) == [("Web", 4), ("Api", 2), ("Shop", 1)]


async def test_reports_count_with_the_whole_hour_that_a_window_touches(
    database: Database, handled: Handled, now: datetime
) -> None:
    half_past = Window(now - 9.5 * HOUR, now - 8.5 * HOUR)
    async with database.writing() as session:
        incident = await handled(session, half_past.since + 5 * MINUTE)
        assert (await figures_of(session, half_past)).reports == 1
        await add_report(session, half_past.until + HOUR, incident)
        assert (await figures_of(session, half_past)).reports == 1


@pytest.fixture
async def routed(database: Database, scene: Scene, now: datetime, window: Window) -> dict[str, App]:
    """Shop goes nowhere in particular, Api to the team, Both to the team and to Ops."""
    made = {"Shop": scene.shop}
    async with database.writing() as session:
        await ensure_chat(session, QUIET, DEFAULTS)
        for name, chats in (("Api", [TEAM]), ("Both", [TEAM, OPS])):
            made[name] = (await apps.register(session, now, name)).app
            await set_routes(session, made[name].id, chats, DEFAULTS)
        for app in made.values():
            await make_incident(session, window.since, app)
    return made


async def test_a_chat_counts_the_apps_whose_cards_it_gets(
    database: Database, routed: dict[str, App], window: Window
) -> None:
    expected: dict[int | None, set[str]] = {
        None: {"Shop", "Api", "Both"},
        OPS: {"Shop", "Both"},
        TEAM: {"Api", "Both"},
        QUIET: set(),
        UNKNOWN: set(),
    }
    async with database.reading() as session:
        for chat_id, names in expected.items():
            shown = await apps_shown_in(session, chat_id)
            assert set(await reports_by_app(session, window, shown)) == names, chat_id
            assert (await figures(session, window, shown)).opened == len(names), chat_id
