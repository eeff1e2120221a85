"""CloudEvents in the three modes of the HTTP protocol binding 1.0.2."""

from base64 import b64encode
from typing import Any

import pytest

from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def event(number: str, kind: str = "com.example.disk.fired", **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": number,
        "source": "/hosts/db-1",
        "subject": "sda",
        "type": kind,
        "data": {"title": "Disk full", "severity": "high"},
        **more,
    }


async def structured(tool: Tool, body: Any, kind: str = "application/cloudevents+json") -> int:
    return (await tool.send(json=body, headers={"Content-Type": kind})).status


async def test_a_type_that_ends_in_resolved_ends_the_incident(tool: Tool) -> None:
    assert await structured(tool, event("1")) == 202
    assert (await tool.incident()).title == "Disk full"
    await structured(tool, event("2", "com.example.disk.resolved"))
    assert (await tool.incident()).status is Status.resolved


async def test_the_same_event_twice_is_one_report(tool: Tool) -> None:
    for _ in range(2):
        await structured(tool, event("1"))
    assert (await tool.incident()).count == 1


async def test_a_batch_is_several(tool: Tool) -> None:
    batch = [event("1"), event("2", subject="sdb")]
    assert await structured(tool, batch, "application/cloudevents-batch+json") == 202
    assert len(await tool.incidents()) == 2


async def test_headers_carry_the_binary_mode(tool: Tool) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "9",
        "ce-source": "/jobs",
        "ce-type": "job.failed",
        "ce-subject": "back%20up",
        "Content-Type": "text/plain",
    }
    assert (await tool.send(data=b"no space", headers=headers)).status == 202
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("job.failed back up", "no space")


async def test_a_missing_attribute_is_named(tool: Tool) -> None:
    assert await structured(tool, event("1", source="")) == 400


async def test_a_sender_that_asks_first_is_wanted(tool: Tool) -> None:
    asked = {"WebHook-Request-Origin": "events.example.com"}
    answer = await tool.send(method="OPTIONS", headers=asked)
    assert answer.status == 200
    assert answer.headers["WebHook-Allowed-Origin"] == "events.example.com"


async def test_encoded_data_is_read(tool: Tool) -> None:
    encoded = b64encode(b'{"title": "Disk full"}').decode()
    assert await structured(tool, event("1", data_base64=encoded)) == 202
    assert (await tool.incident()).title == "Disk full"


@pytest.mark.parametrize("data", ["/w==", "not base64", 7])
async def test_data_that_nobody_can_read_loses_no_event(tool: Tool, data: Any) -> None:
    assert await structured(tool, event("1", data_base64=data)) == 202
    assert (await tool.incident()).title == "com.example.disk.fired sda"


async def test_a_header_that_is_no_text_is_named(tool: Tool) -> None:
    headers = {f"ce-{name}": "1" for name in ("specversion", "id", "source")}
    answer = await tool.send(data=b"", headers={**headers, "ce-type": "a%ff"})
    assert answer.status == 400
    assert (await answer.json())["error"]["field"] == "ce-type"
