"""GoAlert's generic API; fields as in its genericapi/handler.go."""

import pytest
from aiohttp import MultipartWriter

from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/v2/generic/incoming?token={code}"


async def test_a_form_opens_and_closes_and_says_nothing(tool: Tool) -> None:
    form = {"summary": "Disk full", "details": "on db-1", "dedup": "disk"}
    assert (await tool.send(PATH, data=form)).status == 204
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Disk full", "on db-1")
    assert (await tool.send(PATH, data={"action": "close", "dedup": "disk"})).status == 204
    assert (await tool.incident()).status is Status.resolved


async def test_uptime_kuma_names_its_monitor_only(tool: Tool) -> None:
    await tool.send(PATH, data=multipart(summary="[Shop] [🔴 Down] timeout"))
    await tool.send(PATH, data=multipart(summary="[Shop] [✅ Up] 200 - OK", action="close"))
    assert (await tool.incident()).status is Status.resolved


def multipart(**fields: str) -> MultipartWriter:
    """Write a form as axios does."""
    writer = MultipartWriter("form-data")
    for name, value in fields.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    return writer


async def test_who_asks_for_json_is_told_the_alert(tool: Tool) -> None:
    query = "&summary=Disk+full"
    answers = [
        await tool.send(PATH + query, headers={"Accept": "application/json"}) for _ in range(2)
    ]
    assert [(await answer.json())["IsNew"] for answer in answers] == [True, False]
    assert (await answers[0].json())["AlertID"] == (await tool.incident()).id


async def test_charlies_token_is_refused(tool: Tool) -> None:
    assert (
        await tool.send("/api/v2/generic/incoming?token=x", data={"summary": "a"})
    ).status == 401
