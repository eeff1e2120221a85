"""What Prometheus posts to an Alertmanager: alerts that fire, end, or fall silent."""

from datetime import timedelta
from typing import Any

import pytest

from core import lasting
from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/am/{code}/api/v2/alerts"


def alert(tool: Tool, ends_in: float = 240, **more: Any) -> dict[str, Any]:
    return {
        "labels": {"alertname": "HighLatency", "job": "shop", "severity": "critical"},
        "annotations": {"summary": "Shop is slow", "description": "p99 4 s"},
        "startsAt": "2026-11-23T08:00:00.123456789Z",
        "endsAt": (tool.site.now + timedelta(seconds=ends_in)).isoformat(),
        "generatorURL": "http://prometheus.example.com/graph",
        **more,
    }


async def test_repetitions_are_one_incident_and_an_end_resolves_it(tool: Tool) -> None:
    for _ in range(2):
        assert (await tool.send(PATH, json=[alert(tool)])).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.count) == ("Shop is slow", Level.crit, 2)
    await tool.send(PATH, json=[alert(tool, ends_in=-1)])
    assert (await tool.incident()).status is Status.resolved


@pytest.mark.parametrize("ends_in", [240, None])
async def test_what_nobody_repeats_ends_by_itself(tool: Tool, ends_in: float | None) -> None:
    fired = alert(tool, ends_in or 0)
    if ends_in is None:
        del fired["endsAt"]
    await tool.send(PATH, json=[fired])
    for minutes, status in ((4, Status.open), (7, Status.resolved)):
        async with tool.database.writing() as session:
            await lasting.end_stale(session, tool.site.now + timedelta(minutes=minutes))
        assert (await tool.incident()).status is status
    assert ("resolved", "nobody repeats it") in await tool.told(await tool.incident())


async def test_an_end_at_the_end_of_time_is_believed_for_a_year(tool: Tool) -> None:
    fired = alert(tool, endsAt="9999-12-31T23:59:59Z")
    assert (await tool.send(PATH, json=[fired])).status == 200
    until = (await tool.incident()).lasts_until
    assert until
    assert until - tool.site.now < timedelta(days=367)


async def test_other_labels_are_another_incident(tool: Tool) -> None:
    other = alert(tool, labels={"alertname": "HighLatency", "job": "bank"})
    await tool.send(PATH, json=[alert(tool), other])
    assert len(await tool.incidents()) == 2


@pytest.mark.parametrize("body", [{"labels": {}}, [{"labels": {}}]])
async def test_a_body_that_is_no_list_of_alerts_is_refused(tool: Tool, body: Any) -> None:
    answer = await tool.send(PATH, json=body)
    assert answer.status == 400
    assert isinstance(await answer.json(), str)


@pytest.mark.parametrize("prefix", ["", "/am/{code}"])
@pytest.mark.parametrize("probe", ["/-/healthy", "/-/ready", "/api/v2/status"])
async def test_a_sender_may_look_whether_somebody_is_there(
    tool: Tool, prefix: str, probe: str
) -> None:
    assert (await tool.send(prefix + probe, method="GET")).status == 200


async def test_charlies_code_is_refused(tool: Tool) -> None:
    assert (await tool.send("/am/" + "0" * 32 + "/api/v2/alerts", json=[])).status == 401


async def test_one_bad_alert_takes_no_other_with_it(tool: Tool) -> None:
    assert (await tool.send(PATH, json=[{"labels": {}}, alert(tool)])).status == 200
    assert (await tool.incident()).title == "Shop is slow"
