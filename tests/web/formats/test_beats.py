"""Heartbeats in other tools' words: Sentry's, Opsgenie's, OnCall's and Uptime Kuma's."""

import json
from datetime import timedelta
from typing import Any

import pytest

from core.check_plans import Plan, plan_of
from core.checks import create_check
from core.lifecycle import Status
from core.logs import unpack_bytes
from tests.factories import Scene
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool
from tests.web.formats.test_sentry import ENVELOPE, dsn_of, envelope

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)

SENTRY = """
import sys
import sentry_sdk
from sentry_sdk.crons import capture_checkin, monitor

sentry_sdk.init(dsn=sys.argv[1], default_integrations=False)
config = {
    "schedule": {"type": "crontab", "value": "0 3 * * *"},
    "timezone": "Europe/Moscow",
    "checkin_margin": 5,
    "max_runtime": 20,
}
with monitor(monitor_slug="backup", monitor_config=config):
    pass
capture_checkin(monitor_slug="backup", status="error", duration=2.5)
sentry_sdk.flush(10)
"""

OPSGENIE = """
import sys
import opsgenie_sdk

settings = opsgenie_sdk.configuration.Configuration()
settings.host, settings.api_key["Authorization"] = sys.argv[1], sys.argv[2]
api = opsgenie_sdk.HeartbeatApi(opsgenie_sdk.api_client.ApiClient(configuration=settings))
print(api.ping("Nightly backup").result)
"""


async def test_sentrys_monitor_starts_and_ends_a_run_of_a_check(tool: Tool) -> None:
    await run_client(SENTRY, dsn_of(tool))
    (check,) = await tool.checks()
    started, ended, failed = await tool.pings()
    assert plan_of(check) == Plan(
        cron="0 3 * * *", time_zone="Europe/Moscow", grace=timedelta(minutes=20)
    )
    assert (started.kind, ended.kind, failed.kind) == ("start", "success", "fail")
    assert started.rid == ended.rid
    assert failed.duration_seconds == 2.5
    assert (await tool.incident()).title == "backup failed"


@pytest.mark.parametrize(
    ("config", "plan"),
    [
        ({}, Plan(period=timedelta(days=1))),
        (
            {"schedule": {"type": "interval", "value": 2, "unit": "hour"}},
            Plan(period=2 * HOUR, grace=timedelta(minutes=30)),
        ),
        (
            {"schedule": {"type": "interval", "value": 1, "unit": "week"}, "max_runtime": 1e300},
            None,
        ),
        ({"schedule": {"type": "crontab", "value": "at noon"}}, None),
    ],
)
async def test_a_monitors_configuration_is_the_plan_or_refused(
    tool: Tool, config: dict[str, Any], plan: Plan | None
) -> None:
    item = {"monitor_slug": "backup", "status": "ok", "monitor_config": config}
    status = await check_in(tool, item)
    assert [plan_of(check) for check in await tool.checks()] == ([plan] if plan else [])
    assert status == (200 if plan else 400)


async def check_in(tool: Tool, item: dict[str, Any]) -> int:
    body = envelope(({"type": "check_in"}, json.dumps(item).encode()))
    return (await tool.send(f"{ENVELOPE}?sentry_key={tool.code}", data=body)).status


async def test_opsgenies_client_pings_a_heartbeat_by_its_name(tool: Tool) -> None:
    said = await run_client(OPSGENIE, tool.site.url("").rstrip("/"), tool.code)
    assert "PONG" in said
    assert [check.slug for check in await tool.checks()] == ["nightly-backup"]


async def test_an_oncall_integration_has_one_heartbeat(tool: Tool) -> None:
    for method, end in (("GET", ""), ("POST", "/")):
        path = f"/integrations/v1/alertmanager/{{code}}/heartbeat{end}"
        assert (await tool.send(path, method=method)).status == 200
    assert [(check.slug, check.pings) for check in await tool.checks()] == [("alertmanager", 2)]


async def test_kumas_push_scripts_need_another_address_only(tool: Tool, scene: Scene) -> None:
    async with tool.database.writing() as session:
        check = await create_check(session, tool.site.now, scene.shop.id, slug="backup")
    path = f"/api/push/{check.uuid.hex}"
    down = await tool.send(path, method="GET", params={"status": "down", "msg": "no room"})
    assert (down.status, await down.json()) == (200, {"ok": True})
    await tool.send(f"/api/push/{check.uuid}", params={"status": "up", "msg": "OK", "ping": "12.5"})
    assert (await tool.incident()).status is Status.resolved
    failed, fine = await tool.pings()
    assert (failed.kind, unpack_bytes(failed.body)) == ("fail", b"no room")
    assert (fine.kind, fine.duration_seconds) == ("success", 0.0125)


@pytest.mark.parametrize("token", ["0" * 32, "charlie"])
async def test_charlies_push_is_not_found(tool: Tool, token: str) -> None:
    answer = await tool.send(f"/api/push/{token}?ping=inf", method="GET")
    assert (answer.status, (await answer.json())["ok"]) == (404, False)
