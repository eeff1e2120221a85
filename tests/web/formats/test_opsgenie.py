"""Opsgenie's alert API: its own Python client, and bodies as its documentation has them."""

from datetime import timedelta
from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CLIENT = """
import sys
import opsgenie_sdk

settings = opsgenie_sdk.configuration.Configuration()
settings.host, settings.api_key["Authorization"] = sys.argv[1], sys.argv[2]
api = opsgenie_sdk.AlertApi(opsgenie_sdk.api_client.ApiClient(configuration=settings))
new = opsgenie_sdk.CreateAlertPayload(
    message="Disk full", alias="disk/db-1", description="no room", priority="P1", tags=["disk"]
)
made = api.create_alert(create_alert_payload=new)
print(made.result)
print(api.get_request_status(made.request_id).data.alert_id)
said = opsgenie_sdk.AcknowledgeAlertPayload(note="looking")
api.acknowledge_alert("disk/db-1", identifier_type="alias", acknowledge_alert_payload=said)
"""


def key(tool: Tool) -> dict[str, str]:
    return {"Authorization": f"GenieKey {tool.code}"}


async def test_the_real_client_creates_and_acknowledges(tool: Tool) -> None:
    said = await run_client(CLIENT, tool.site.url("").rstrip("/"), tool.code)
    incident = await tool.incident()
    assert said.split("\n")[:2] == ["Request will be processed", str(incident.id)]
    assert (incident.title, incident.message, incident.level, incident.status) == (
        "Disk full",
        "no room",
        Level.crit,
        Status.acknowledged,
    )


async def act(tool: Tool, verb: str, alert: str, **query: str) -> None:
    path = f"/v2/alerts/{alert}/{verb}"
    answer = await tool.send(path, json={"source": "test"}, params=query, headers=key(tool))
    assert answer.status == 202


async def create(tool: Tool, **body: Any) -> dict[str, Any]:
    body = {"message": "Disk full", "alias": "disk", **body}
    answer = await tool.send("/v2/alerts", json=body, headers=key(tool))
    assert answer.status == 202
    said: dict[str, Any] = await answer.json()
    return said


async def test_an_alias_counts_until_it_is_closed(tool: Tool) -> None:
    await create(tool)
    await create(tool)
    assert (await tool.incident()).count == 2
    await act(tool, "close", "disk", identifierType="alias")
    await create(tool)
    closed, fresh = await tool.incidents()
    assert (closed.status, fresh.predecessor_id) == (Status.resolved, closed.id)


async def test_an_id_will_do_and_an_unknown_one_changes_nothing(tool: Tool) -> None:
    await create(tool)
    incident = await tool.incident()
    await act(tool, "close", "nobody")
    assert (await tool.incident()).status is Status.open
    await act(tool, "close", str(incident.id))
    assert (await tool.incident()).status is Status.resolved


async def test_an_alert_is_given_back_snoozed_and_deleted(tool: Tool) -> None:
    await create(tool)
    end = (tool.site.now + timedelta(hours=2)).isoformat()
    for verb, status in (
        ("acknowledge", Status.acknowledged),
        ("unacknowledge", Status.open),
        ("snooze", Status.snoozed),
    ):
        path = f"/v2/alerts/disk/{verb}?identifierType=alias"
        await tool.send(path, json={"endTime": end}, headers=key(tool))
        assert (await tool.incident()).status is status
    incident = await tool.incident()
    assert incident.snoozed_until == tool.site.now + timedelta(hours=2)
    path = f"/v2/alerts/{incident.id}"
    assert (await tool.send(path, method="DELETE", headers=key(tool))).status == 202
    assert (await tool.incident()).status is Status.resolved


async def test_a_snooze_without_an_end_is_refused(tool: Tool) -> None:
    await create(tool)
    answer = await tool.send("/v2/alerts/1/snooze", json={}, headers=key(tool))
    assert answer.status == 422


async def status_of(tool: Tool, request: str) -> tuple[int, dict[str, Any]]:
    path = f"/v2/alerts/requests/{request}"
    answer = await tool.send(path, method="GET", headers=key(tool))
    return answer.status, await answer.json()


async def test_a_request_tells_which_alert_it_made_and_that_another_was_nobodys(
    tool: Tool,
) -> None:
    status, said = await status_of(tool, (await create(tool))["requestId"])
    incident = await tool.incident()
    told = said["data"]
    assert (status, told["isSuccess"], told["action"], told["alertId"]) == (
        200,
        True,
        "Create",
        str(incident.id),
    )
    assert told["processedAt"] == tool.site.now.isoformat()
    answer = await tool.send("/v2/alerts/nobody/close", json={}, headers=key(tool))
    _, said = await status_of(tool, (await answer.json())["requestId"])
    assert (said["data"]["isSuccess"], said["data"]["status"]) == (False, "Alert does not exist")


@pytest.mark.parametrize(
    "request_id", ["6a1c2f0e-52d2-4f66-9d0a-0c6f0a5f8f11", "ffffffff-ffff-8000-8000-000000000001"]
)
async def test_a_request_of_nobody_is_not_found(tool: Tool, request_id: str) -> None:
    status, _ = await status_of(tool, request_id)
    assert status == 404


async def test_a_note_stands_in_the_timeline(tool: Tool) -> None:
    await create(tool)
    await act(tool, "notes", "disk", identifierType="alias")
    assert ("commented", "Opsgenie") in await tool.told(await tool.incident())


async def test_what_is_wrong_is_a_422_and_charlie_a_401(tool: Tool) -> None:
    assert (await tool.send("/v2/alerts", json={}, headers=key(tool))).status == 422
    assert (await tool.send("/v2/alerts", json={"message": "x"})).status == 401
