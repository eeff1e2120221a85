"""Opsgenie's alert API: its own Python client, and bodies as its documentation has them."""

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
print(api.create_alert(create_alert_payload=new).result)
said = opsgenie_sdk.AcknowledgeAlertPayload(note="looking")
api.acknowledge_alert("disk/db-1", identifier_type="alias", acknowledge_alert_payload=said)
"""


def key(tool: Tool) -> dict[str, str]:
    return {"Authorization": f"GenieKey {tool.code}"}


async def test_the_real_client_creates_and_acknowledges(tool: Tool) -> None:
    said = await run_client(CLIENT, tool.site.url("").rstrip("/"), tool.code)
    assert "Request will be processed" in said
    incident = await tool.incident()
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


async def test_a_note_stands_in_the_timeline(tool: Tool) -> None:
    await create(tool)
    await act(tool, "notes", "disk", identifierType="alias")
    assert ("commented", "Opsgenie") in await tool.told(await tool.incident())


async def test_what_is_wrong_is_a_422_and_charlie_a_401(tool: Tool) -> None:
    assert (await tool.send("/v2/alerts", json={}, headers=key(tool))).status == 422
    assert (await tool.send("/v2/alerts", json={"message": "x"})).status == 401
