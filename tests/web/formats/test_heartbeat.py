"""POST /api/v1/heartbeats/{slug}: what an app tells of itself, and the plan that comes along."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.check_plans import plan_of
from core.checks import check_by_slug
from core.heartbeats import pings_of
from core.levels import Level
from core.models import Check
from dispatcher_maker import Dispatcher
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/v1/heartbeats/backup"


async def tell(tool: Tool, **body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {tool.code}"}
    async with tool.http.post(tool.site.url(PATH), json=body, headers=headers) as answer:
        said: dict[str, Any] = await answer.json()
        return answer.status, said


async def backup(tool: Tool) -> Check:
    async with tool.database.reading() as session:
        check = await check_by_slug(session, 1, "backup")
    assert check
    return check


async def test_a_heartbeat_with_a_rhythm_makes_its_check(tool: Tool) -> None:
    status, said = await tell(tool, period_seconds=3600, grace_seconds=60, level="crit")
    assert (status, said) == (
        200,
        {
            "check": {
                "slug": "backup",
                "name": "backup",
                "status": "up",
                "pings": 1,
                "due_at": "2026-11-23T10:01:00+00:00",
            }
        },
    )
    assert (await backup(tool)).level is Level.crit


async def test_what_is_not_said_of_the_plan_stays_as_it_is(tool: Tool) -> None:
    await tell(tool, period_seconds=3600, grace_seconds=60)
    await tell(tool)
    await tell(tool, cron="0 3 * * *", time_zone="Europe/Moscow")
    plan = plan_of(await backup(tool))
    assert (plan.period, plan.cron, plan.time_zone) == (None, "0 3 * * *", "Europe/Moscow")
    assert plan.grace == timedelta(seconds=60)


async def test_a_run_has_a_start_and_an_end(tool: Tool) -> None:
    run = str(uuid4())
    await tell(tool, status="in_progress", run=run, period_seconds=3600)
    tool.site.now += timedelta(seconds=90)
    await tell(tool, status="error", run=run, exit_status=2, message="no room")
    async with tool.database.reading() as session:
        newest = (await pings_of(session, (await backup(tool)).id))[0]
    assert (newest.duration_seconds, newest.exit_status) == (90.0, 2)
    assert (await tool.incident()).title == "backup failed"
    assert await tool.lines() == ["no room"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "fine"}, "status"),
        ({"run": "seven"}, "run"),
        ({"cron": "at noon"}, "cron"),
        ({"period_seconds": 10**12}, "period_seconds"),
        ({"period_seconds": 3600, "time_zone": "../etc"}, "time_zone"),
    ],
)
async def test_what_is_wrong_is_named(tool: Tool, body: dict[str, Any], field: str) -> None:
    status, said = await tell(tool, **body)
    assert (status, said["error"]["field"]) == (400, field)


async def test_an_unknown_check_without_a_rhythm_is_not_found_and_charlie_is_refused(
    tool: Tool,
) -> None:
    assert (await tell(tool))[0] == 404
    tool.code = "0" * 32
    assert (await tell(tool, period_seconds=3600))[0] == 401


async def test_the_sdks_monitor_is_understood(tool: Tool) -> None:
    def run() -> None:
        with (
            Dispatcher(tool.site.url(""), "Shop", tool.code) as dispatcher,
            suppress(ValueError),
            dispatcher.monitor("Ночная копия", every=timedelta(days=1), grace=60, level="crit"),
        ):
            raise ValueError("no room")

    await asyncio.to_thread(run)
    (check,) = await tool.checks()
    assert (check.name, check.period_seconds, check.grace_seconds) == ("Ночная копия", 86400, 60)
    assert [(ping.kind, ping.number) for ping in await tool.pings()] == [("start", 1), ("fail", 2)]
    assert (await tool.incident()).title == "Ночная копия failed"
    assert await tool.lines() == ["ValueError: no room"]
