"""Grafana's webhooks, of today and of before version 9."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool
from tests.web.formats.test_alertmanager import alert, group

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rule(state: str, **more: Any) -> dict[str, Any]:
    return {
        "ruleId": 7,
        "ruleName": "CPU",
        "ruleUrl": "https://grafana.example.com/r/7",
        "state": state,
        "title": f"[{state}] CPU",
        "message": "too hot",
        "evalMatches": [{"metric": "cpu", "value": 97}],
        **more,
    }


async def test_its_own_title_and_links_come_first(tool: Tool) -> None:
    fired = {**alert("db-1"), "panelURL": "https://g/p", "silenceURL": "https://g/s"}
    body = group(fired, orgId=1, version="1", title="[FIRING:1] Disk", state="alerting")
    assert (await tool.send(json=body, method="PUT")).status == 200
    assert (await tool.incident()).title == "Disk"
    (report,) = await tool.reports()
    links = (report.context or {})["links"]
    assert [link["text"] for link in links][:2] == ["panelURL", "silenceURL"]


async def test_a_resolved_group_ends_its_incident(tool: Tool) -> None:
    for status in ("firing", "resolved"):
        await tool.send(json=group(alert("db-1", status), status=status, orgId=1))
    incident = await tool.incident()
    assert incident.status is Status.resolved
    assert ("resolved", "Grafana") in await tool.told(incident)


async def test_an_old_rule_fires_and_is_over(tool: Tool) -> None:
    path = "/integrations/v1/grafana/{code}/"
    await tool.send(path, json=rule("alerting"))
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("CPU", "too hot")
    await tool.send(path, json=rule("pending"))
    assert await tool.comments(incident) == ["[pending] CPU\ntoo hot"]
    await tool.send(path, json=rule("ok"))
    assert (await tool.incident()).status is Status.resolved


async def test_no_data_is_a_warning(tool: Tool) -> None:
    await tool.send(json=rule("no_data"))
    assert (await tool.incident()).level is Level.warning


async def test_a_group_without_a_name_is_called_by_its_rules(tool: Tool) -> None:
    other = alert("db-2") | {"labels": {"alertname": "HighLoad"}, "annotations": {}}
    body = group(alert("db-1"), other, orgId=1, title="[FIRING:2]  (blue)", commonLabels={})
    await tool.send(json=body)
    assert (await tool.incident()).title == "DiskFull, HighLoad (eu)"


async def test_without_annotations_its_own_message_is_shown(tool: Tool) -> None:
    bare = alert("db-1") | {"annotations": {}}
    await tool.send(json=group(bare, orgId=1, title="Disk", message="Value: B=97"))
    assert (await tool.incident()).message == "Value: B=97"
