"""PagerDuty's events, bodies as in https://developer.pagerduty.com/docs/send-alert-event."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/v2/enqueue"


def event(tool: Tool, action: str = "trigger", **more: Any) -> dict[str, Any]:
    return {
        "routing_key": tool.code,
        "event_action": action,
        "dedup_key": "disk/db-1",
        "payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"},
        **more,
    }


async def test_a_trigger_opens_and_a_resolve_ends(tool: Tool) -> None:
    answer = await tool.send(PATH, json=event(tool))
    assert answer.status == 202
    assert await answer.json() == {
        "status": "success",
        "message": "Event processed",
        "dedup_key": "disk/db-1",
    }
    for action, status in (("acknowledge", Status.acknowledged), ("resolve", Status.resolved)):
        assert (await tool.send(PATH, json=event(tool, action))).status == 202
        assert (await tool.incident()).status is status
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.count) == ("Disk full", Level.crit, 1)
    assert await tool.told(incident) == [
        ("opened", ""),
        ("acknowledged", "PagerDuty Events v2"),
        ("resolved", "PagerDuty Events v2"),
    ]


async def test_a_trigger_after_the_end_is_a_new_incident(tool: Tool) -> None:
    for action in ("trigger", "resolve", "trigger"):
        await tool.send(PATH, json=event(tool, action))
    first, second = await tool.incidents()
    assert second.predecessor_id == first.id


async def test_a_title_does_not_say_that_it_fires(tool: Tool) -> None:
    payload = {"summary": "[FIRING:2] DiskFull", "source": "am", "severity": "error"}
    await tool.send(PATH, json=event(tool, payload=payload))
    assert (await tool.incident()).title == "DiskFull"


async def test_what_is_said_of_an_unknown_key_is_dropped(tool: Tool) -> None:
    assert (await tool.send(PATH, json=event(tool, "resolve"))).status == 202
    assert await tool.incidents() == []


async def test_a_trigger_without_a_key_gets_one_and_is_always_new(tool: Tool) -> None:
    body = event(tool)
    del body["dedup_key"]
    keys = {(await (await tool.send(PATH, json=body)).json())["dedup_key"] for _ in range(2)}
    assert len(keys) == 2
    assert len(await tool.incidents()) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"event_action": "shout"}, "event_action"), ({"payload": {}}, "payload.summary")],
)
async def test_a_bad_event_is_refused_in_their_words(
    tool: Tool, changes: dict[str, Any], field: str
) -> None:
    answer = await tool.send(PATH, json={**event(tool), **changes})
    assert answer.status == 400
    said = await answer.json()
    assert said["status"] == "invalid event"
    assert field in said["errors"][0]


async def test_a_change_is_taken_and_opens_nothing(tool: Tool) -> None:
    path = "/v2/change/enqueue"
    body = {"routing_key": tool.code, "payload": {"summary": "Deploy 42", "source": "ci"}}
    answer = await tool.send(path, json=body)
    assert answer.status == 202
    assert await answer.json() == {"status": "success", "message": "Change event processed"}
    assert await tool.incidents() == []
    assert (await tool.send(path, json=body | {"payload": {}})).status == 400


async def test_images_and_links_are_kept(tool: Tool) -> None:
    image, link = {"src": "https://x/i.png", "alt": "graph"}, {"href": "https://x", "text": "panel"}
    await tool.send(PATH, json=event(tool, images=[image], links=[link]))
    assert ((await tool.reports())[0].context or {})["links"] == [
        {"text": "panel", "url": "https://x"},
        {"text": "graph", "url": "https://x/i.png"},
    ]


async def test_charlies_routing_key_is_refused(tool: Tool) -> None:
    assert (await tool.send(PATH, json=event(tool) | {"routing_key": "0" * 32})).status == 400


async def test_the_universal_address_knows_it(tool: Tool) -> None:
    answer = await tool.send(json=event(tool) | {"routing_key": "the key at PagerDuty"})
    assert (await answer.json())["status"] == "success"


CLIENT = """
import sys
import pagerduty

class Client(pagerduty.EventsApiV2Client):
    # Its own setter takes https only.
    url = property(lambda _: sys.argv[1], lambda _, url: None)

client = Client(sys.argv[2])
key = client.trigger("Disk full", "db-1", severity="warning", custom_details={"free": 0})
client.acknowledge(key)
print(key)
"""


async def test_the_real_client_triggers_and_acknowledges(tool: Tool) -> None:
    key = await run_client(CLIENT, tool.site.url("").rstrip("/"), tool.code)
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.status) == (
        "Disk full",
        Level.warning,
        Status.acknowledged,
    )
    await tool.send(PATH, json=event(tool, "resolve", dedup_key=key.strip()))
    assert (await tool.incident()).status is Status.resolved


async def test_the_first_api_shares_the_keys_of_the_second(tool: Tool) -> None:
    path = "/generic/2010-04-15/create_event.json"
    body = {"service_key": tool.code, "event_type": "trigger", "description": "Disk full"}
    answer = await tool.send(path, json=body | {"incident_key": "disk/db-1"})
    assert answer.status == 200
    assert (await answer.json())["incident_key"] == "disk/db-1"
    await tool.send(PATH, json=event(tool, "resolve"))
    assert (await tool.incident()).status is Status.resolved
