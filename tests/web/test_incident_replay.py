"""What another tool sent can be looked at as it came, and read again as another format."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from core.lifecycle import Status
from tests.factories import Scene
from tests.web.browsers import Browser, Site
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BODY = {"title": "Shop is down", "state": "alerting", "alert_uid": "7", "message": "timeout"}


@pytest.fixture
async def tool(site: Site, scene: Scene) -> Any:
    async with ClientSession() as http:
        tool = Tool(site, http, scene.code)
        await tool.send(json=BODY)
        yield tool


async def test_the_page_says_which_format_it_was_and_gives_the_body(
    tool: Tool, alice: Browser
) -> None:
    incident = await tool.incident()
    page = await alice.get(f"/incidents/{incident.id}")
    assert "Read as Grafana OnCall webhook" in page.words
    raw = await alice.get(next(link for link in page.links if "/raw" in link))
    assert json.loads(raw.text) == BODY
    assert raw.headers["Content-Disposition"].startswith("attachment")


async def test_read_as_another_format_it_makes_another_incident(tool: Tool, alice: Browser) -> None:
    first = await tool.incident()
    address = f"/incidents/{first.id}"
    answer = await alice.submit(address, f"{address}/replay", format="generic")
    _, second = await tool.incidents()
    assert answer.location.startswith(f"/incidents/{second.id}")
    assert "Read as JSON, form or text" in (await alice.get(f"/incidents/{second.id}")).words
    assert (await tool.incidents())[0].status is Status.open


@pytest.mark.parametrize(
    ("chosen", "says"),
    [("pagerduty", "event_action"), ("github", "this body says nothing")],
)
async def test_what_cannot_be_read_so_says_why(
    tool: Tool, alice: Browser, chosen: str, says: str
) -> None:
    address = f"/incidents/{(await tool.incident()).id}"
    answer = await alice.submit(address, f"{address}/replay", format=chosen)
    assert answer.status == 400
    assert says in answer.words
    assert len(await tool.incidents()) == 1


async def test_a_report_of_our_own_format_has_no_body_to_read(
    site: Site, scene: Scene, alice: Browser
) -> None:
    incident = {"incident": {"title": "x"}, "app_name": "Shop", "code": scene.code}
    async with ClientSession() as http, http.post(site.url("/"), json=incident) as answer:
        number = (await answer.json())["incident"]["id"]
    assert (await alice.get(f"/incidents/{number}/raw")).status == 404


async def test_charlie_sees_no_body_and_replays_none(tool: Tool, charlie: Browser) -> None:
    incident = await tool.incident()
    assert (await charlie.get(f"/incidents/{incident.id}/raw")).status == 303
    answer = await charlie.post(f"/incidents/{incident.id}/replay", {"format": "generic"})
    assert answer.status in {303, 403}
    assert len(await tool.incidents()) == 1
