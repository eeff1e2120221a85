"""Grafana OnCall's inbound addresses; body as its formatted_webhook documents it."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def message(state: str, **more: Any) -> dict[str, Any]:
    return {"title": "Shop is down", "state": state, "message": "timeout", **more}


@pytest.mark.parametrize("path", ["formatted_webhook/{code}/", "zabbix/{code}"])
async def test_an_alert_is_opened_and_ended_by_its_uid(tool: Tool, path: str) -> None:
    path = f"/integrations/v1/{path}"
    answer = await tool.send(path, json=message("alerting", alert_uid="77"))
    assert await answer.json() == "Ok."
    await tool.send(path, json=message("ok", alert_uid="77", title="over"))
    incident = await tool.incident()
    assert (incident.title, incident.status) == ("Shop is down", Status.resolved)


async def test_without_a_uid_the_title_pairs_up_with_down(tool: Tool) -> None:
    await tool.send(json=message("alerting"))
    await tool.send(json=message("ok", title="Shop is up"))
    assert (await tool.incident()).status is Status.resolved


async def test_any_other_body_is_read_as_it_is(tool: Tool) -> None:
    await tool.send("/integrations/v1/webhook/{code}/", json={"summary": "Odd", "host": "a"})
    assert (await tool.incident()).title == "Odd"


@pytest.mark.parametrize("path", ["", "/integrations/v1/kapacitor/{code}/"])
async def test_kapacitors_level_says_that_it_is_over(tool: Tool, path: str) -> None:
    body = {"id": "cpu:nil", "message": "cpu:nil is CRITICAL", "level": "CRITICAL"}
    await tool.send(path, json=body | {"previousLevel": "OK"})
    incident = await tool.incident()
    assert (incident.title, incident.level) == ("cpu:nil is CRITICAL", Level.crit)
    await tool.send(path, json=body | {"level": "OK", "previousLevel": "CRITICAL"})
    assert (await tool.incident()).status is Status.resolved
