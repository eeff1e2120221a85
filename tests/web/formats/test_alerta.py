"""Alerta's API; body as Uptime Kuma's alerta.js sends it."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def alert(severity: str, **more: Any) -> dict[str, Any]:
    return {
        "environment": "prod",
        "severity": severity,
        "correlate": ["service_up", "service_down"],
        "service": ["UptimeKuma"],
        "value": "Timedout",
        "tags": ["uptimekuma"],
        "attributes": {"region": "eu"},
        "origin": "uptimekuma",
        "type": "exceptionAlert",
        "event": "service_down",
        "resource": "shop",
        "text": "Service is down",
        **more,
    }


async def test_a_correlated_event_ends_what_another_opened(tool: Tool) -> None:
    key = {"Authorization": f"Key {tool.code}"}
    answer = await tool.send("/api/alert", json=alert("critical"), headers=key)
    assert answer.status == 201
    incident = await tool.incident()
    assert await answer.json() == {"status": "ok", "id": str(incident.id)}
    assert (incident.title, incident.level) == ("service_down on shop", Level.crit)
    await tool.send("/alert", json=alert("cleared", event="service_up"), headers=key)
    assert (await tool.incident()).status is Status.resolved


async def test_a_missing_field_is_named(tool: Tool) -> None:
    answer = await tool.send(json=alert("minor", resource=""))
    assert answer.status == 400
    assert (await answer.json())["error"]["field"] == "resource"


async def test_a_heartbeat_is_a_check_that_is_silent_after_its_timeout(tool: Tool) -> None:
    key = {"Authorization": f"Key {tool.code}"}
    body = {"origin": "cluster05", "timeout": 120, "tags": ["db05"]}
    answer = await tool.send("/api/heartbeat", json=body, headers=key)
    assert answer.status == 201
    assert (await answer.json())["heartbeat"].items() >= body.items()
    (check,) = await tool.checks()
    assert (check.slug, check.status, check.period_seconds) == ("cluster05", "up", 120)


@pytest.mark.parametrize(("said", "seconds"), [(None, 86400), (1, 10), (10**12, 31_622_400)])
async def test_a_timeout_is_kept_within_what_a_check_can_have(
    tool: Tool, said: int | None, seconds: int
) -> None:
    body = {"origin": "cluster05", "timeout": said}
    key = {"Authorization": f"Key {tool.code}"}
    assert (await tool.send("/api/heartbeat", json=body, headers=key)).status == 201
    assert [check.period_seconds for check in await tool.checks()] == [seconds]


async def test_a_heartbeat_of_nobody_is_refused(tool: Tool) -> None:
    key = {"Authorization": f"Key {tool.code}"}
    assert (await tool.send("/api/heartbeat", json={}, headers=key)).status == 400
