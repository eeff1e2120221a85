"""Uptime Kuma's webhook in its three shapes; bodies as in its webhook.js and heartbeat.js."""

import json
from typing import Any

import pytest
from aiohttp import FormData

from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def beat(status: int, msg: str = "timeout") -> dict[str, Any]:
    return {
        "heartbeat": {"monitorID": 3, "status": status, "msg": msg, "time": "2026-11-23 08:00:00"},
        "monitor": {"id": 3, "name": "Shop", "type": "http", "url": "https://shop.example.com"},
        "msg": f"[Shop] {msg}",
    }


async def test_down_opens_and_up_resolves(tool: Tool) -> None:
    assert (await tool.send(json=beat(0))).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Shop is down", "timeout")
    for _ in range(2):
        await tool.send(json=beat(2, "pending"))
    assert await tool.comments(incident) == ["Shop is pending\npending"]
    await tool.send(json=beat(1, "200 - OK"))
    assert (await tool.incident()).status is Status.resolved


async def test_a_multipart_field_holds_the_same(tool: Tool) -> None:
    form = FormData()
    form.add_field("data", json.dumps(beat(0)), content_type="multipart/form-data")
    assert (await tool.send(data=form)).status == 200
    assert (await tool.incident()).title == "Shop is down"


async def test_so_does_a_query(tool: Tool) -> None:
    body = beat(0)
    query = {name: json.dumps(body[name]) for name in ("heartbeat", "monitor")}
    assert (await tool.send(method="GET", params={**query, "msg": "down"})).status == 200
    assert (await tool.incident()).title == "Shop is down"


async def test_the_test_button_and_keeps_path_work(tool: Tool) -> None:
    body = {"heartbeat": None, "monitor": None, "msg": "Shop Testing"}
    answer = await tool.send(
        "/alerts/event/uptimekuma", json=body, headers={"X-API-Key": tool.code}
    )
    assert answer.status == 200
    assert (await tool.incident()).title == "Shop Testing"


@pytest.mark.parametrize("odd", [[0], {}, "1e999", None])
async def test_a_status_and_a_time_that_are_none_are_no_error_of_ours(tool: Tool, odd: Any) -> None:
    body = beat(0)
    body["heartbeat"] |= {"status": odd, "time": odd}
    assert (await tool.send(json=body)).status == 200
