"""Slack's incoming webhook, as GlitchTip (moan0s/alertbot#7) and scripts send it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def issue(color: str = "#e52b50", title: str = "ValueError: bad card") -> dict[str, Any]:
    return {
        "alias": "GlitchTip",
        "text": "GlitchTip Alert",
        "attachments": [
            {
                "title": title,
                "title_link": "https://glitchtip.example.com/issues/7",
                "text": "shop.pay in charge",
                "color": color,
                "ts": 1790000000,
                "image_url": "https://glitchtip.example.com/i.png",
                "fields": [{"title": "Project", "value": "shop", "short": True}],
            }
        ],
    }


async def test_an_attachment_is_an_incident_and_green_ends_it(tool: Tool) -> None:
    answer = await tool.send(json=issue())
    assert await answer.text() == "ok"
    incident = await tool.incident()
    assert (incident.title, incident.level) == ("ValueError: bad card", Level.error)
    assert incident.message == "GlitchTip Alert\nshop.pay in charge"
    (report,) = await tool.reports()
    assert report.tags == {"Project": "shop"}
    assert report.occurred_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert [link["text"] for link in (report.context or {})["links"]] == ["link", "image"]
    await tool.send(json=issue(color="good"))
    assert (await tool.incident()).status is Status.resolved


async def test_a_title_that_says_resolved_ends_what_it_names(tool: Tool) -> None:
    await tool.send(data={"payload": json.dumps({"text": "Disk <https://x|db-1> full"})})
    assert (await tool.incident()).title == "Disk db-1 full"
    body = {"attachments": [{"fallback": "[RESOLVED] Disk db-1 full"}]}
    await tool.send(json=body)
    assert (await tool.incident()).status is Status.resolved


async def test_blocks_are_read(tool: Tool) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy broke"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "see log"}},
    ]
    path = "/services/T000/B000/{code}"
    assert (await tool.send(path, json={"blocks": blocks})).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Deploy broke", "see log")


async def test_blocks_of_an_attachment_are_read(tool: Tool) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Deploy broke*"}}]
    await tool.send(json={"text": "", "attachments": [{"color": "#f00", "blocks": blocks}]})
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Deploy broke", "")


def kuma(name: str, state: str, color: str) -> dict[str, Any]:
    """What Uptime Kuma's slack.js sends."""
    said = f"[{name}] [{state}] timeout"
    fields = [{"type": "mrkdwn", "text": f"*Message*\n{said}"}]
    header = {"type": "header", "text": {"type": "plain_text", "text": "Uptime Kuma Alert"}}
    blocks = [header, {"type": "section", "fields": fields}]
    attachments = [{"color": color, "blocks": blocks}]
    return {"text": f"Uptime Kuma Alert\n{said}", "attachments": attachments}


async def test_a_banner_is_no_title_and_every_monitor_ends_its_own(tool: Tool) -> None:
    for name in ("Shop", "Bank"):
        await tool.send(json=kuma(name, "🔴 Down", "#e01e5a"))
    await tool.send(json=kuma("Shop", "✅ Up", "#2eb886"))
    assert [(one.title, one.status) for one in await tool.incidents()] == [
        ("[Shop] [🔴 Down] timeout", Status.resolved),
        ("[Bank] [🔴 Down] timeout", Status.open),
    ]


async def test_nothing_said_is_refused(tool: Tool) -> None:
    assert (await tool.send(json={"attachments": []})).status == 400


async def test_odd_characters_in_a_forms_json_lose_nothing(tool: Tool) -> None:
    answer = await tool.send(data={"payload": '{"text": "Disk\\u0000 full\\ud800"}'})
    assert answer.status == 200
    assert (await tool.incident()).title == "Disk\ufffd full\ufffd"


@pytest.mark.parametrize(
    ("color", "status", "level"),
    [
        ("#18be52", Status.resolved, Level.error),
        ("2eb886", Status.resolved, Level.error),
        ("#f4c030", Status.open, Level.warning),
        ("#888888", Status.open, Level.error),
        ("nonsense", Status.open, Level.error),
    ],
)
async def test_any_green_is_over_and_any_yellow_a_warning(
    tool: Tool, color: str, status: Status, level: Level
) -> None:
    if status is Status.resolved:
        await tool.send(json=issue())
    await tool.send(json=issue(color=color))
    incident = await tool.incident()
    assert (incident.status, incident.level) == (status, level)


async def test_the_state_before_a_title_is_no_part_of_it(tool: Tool) -> None:
    for color, title in (("danger", "[FIRING:1] Disk full"), ("good", "[RESOLVED] Disk full")):
        body = {"attachments": [{"color": color, "title": title, "text": "db-1"}]}
        assert (await tool.send(json=body)).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.status) == ("Disk full", Status.resolved)
