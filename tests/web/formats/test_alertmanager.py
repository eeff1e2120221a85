"""Alertmanager's webhook; bodies as its notify/webhook package makes them."""

import json
from io import BytesIO
from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def alert(host: str, status: str = "firing", severity: str = "warning") -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "host": host, "severity": severity},
        "annotations": {"description": f"{host} has no room"},
        "startsAt": "2026-11-23T08:00:00.5Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example.com/graph",
        "fingerprint": host * 4,
    }


def group(*alerts: dict[str, Any], status: str = "firing", **more: Any) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "truncatedAlerts": 0,
        "receiver": "dispatcher",
        "status": status,
        "alerts": list(alerts),
        "groupLabels": {"alertname": "DiskFull", "cluster": "eu"},
        "commonLabels": {"alertname": "DiskFull", "cluster": "eu"},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com",
        **more,
    }


async def test_a_group_is_one_incident_until_all_of_it_is_over(tool: Tool) -> None:
    await tool.send(json=group(alert("db-1"), alert("db-2", severity="critical")))
    await tool.send(json=group(alert("db-1", "resolved"), alert("db-2")))
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.count, incident.status) == (
        "DiskFull (eu)",
        Level.crit,
        2,
        Status.open,
    )
    assert incident.message == "db-1 has no room\ndb-2 has no room"
    over = group(alert("db-1", "resolved"), alert("db-2", "resolved"), status="resolved")
    assert (await tool.send(json=over)).status == 200
    incident = await tool.incident()
    assert incident.status is Status.resolved
    assert ("resolved", "Alertmanager") in await tool.told(incident)


@pytest.mark.parametrize("more", [{}, {"orgId": 1}])
async def test_an_address_may_ask_for_an_incident_of_each_alert(
    tool: Tool, more: dict[str, Any]
) -> None:
    await tool.send(json=group(alert("db-1"), alert("db-2"), **more), params={"by": "alert"})
    over = group(alert("db-1", "resolved"), alert("db-2"), **more)
    assert (await tool.send(json=over, params={"by": "alert"})).status == 200
    assert [(one.message, one.status, one.count) for one in await tool.incidents()] == [
        ("db-1 has no room", Status.resolved, 1),
        ("db-2 has no room", Status.open, 2),
    ]


async def test_what_was_cut_off_is_not_taken_for_resolved(tool: Tool) -> None:
    await tool.send(json=group(alert("db-1")))
    await tool.send(json=group(alert("db-1", "resolved"), status="resolved", truncatedAlerts=3))
    incident = await tool.incident()
    assert (incident.status, incident.count) == (Status.open, 1)


async def test_a_template_may_replace_the_body(tool: Tool) -> None:
    path = "/integrations/v1/alertmanager/{code}/"
    await tool.send(path, json={"summary": "Disk full", "severity": "page"})
    incident = await tool.incident()
    assert (incident.title, incident.level) == ("Disk full", Level.crit)


async def test_the_rules_own_words_and_links_are_shown(tool: Tool) -> None:
    notes = {"summary": "Disks fill up", "description": "two hosts", "runbook_url": "https://w/x"}
    await tool.send(json=group(alert("db-1"), commonAnnotations=notes))
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Disks fill up", "two hosts")
    (report,) = await tool.reports()
    links = (report.context or {})["links"]
    assert [link["text"] for link in links] == ["runbook_url", "source", "alertmanager"]


async def test_thousands_of_alerts_are_no_reason_to_refuse_them(tool: Tool) -> None:
    many = group(*(alert(f"db-{number}" + "x" * 200) for number in range(3000)))
    path = "/integrations/v1/alertmanager/{code}"
    assert (await tool.send(path, data=BytesIO(json.dumps(many).encode()))).status == 200
    (report,) = await tool.reports()
    assert len(report.message) <= tool.site.settings.max_message_chars


@pytest.mark.parametrize("slash", ["", "/"])
async def test_oncalls_path_is_accepted(tool: Tool, slash: str) -> None:
    path = "/integrations/v1/alertmanager/{code}" + slash
    assert (await tool.send(path, json=group(alert("db-1")))).status == 200
    assert await tool.incident()
