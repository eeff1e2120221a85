"""Whatever a tool sends to the universal address: JSON, a form, or the output of a job."""

from typing import Any

import pytest
from sqlalchemy import update

from core.levels import Level
from core.lifecycle import Status
from core.models import Card
from tests.factories import OPS
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_usual_names_are_understood(tool: Tool) -> None:
    body = {
        "Summary": "Disk is full",
        "description": "on db-1",
        "severity": "P1",
        "labels": {"host": "db-1"},
        "runbook_url": "https://wiki.example.com/disk",
        "output": ["line 1", "line 2"],
        "cluster": "eu",
    }
    answer = await tool.send(json=body)
    assert answer.status == 202
    incident = await tool.incident()
    (report,) = await tool.reports()
    assert (incident.title, incident.message, incident.level) == (
        "Disk is full",
        "on db-1",
        Level.crit,
    )
    assert report.tags == {"host": "db-1"}
    assert report.context == {
        "links": [{"text": "runbook_url", "url": "https://wiki.example.com/disk"}],
        "cluster": "eu",
    }
    assert await tool.lines() == ["line 1", "line 2"]


async def test_the_output_of_a_job_is_a_title_and_a_log(tool: Tool) -> None:
    text = "backup failed\nstep 1 ok\nstep 2: no space\n"
    answer = await tool.send(data=text, headers={"Content-Type": "text/plain"})
    assert answer.status == 202
    assert (await tool.incident()).title == "backup failed"
    assert await tool.lines() == ["step 1 ok", "step 2: no space"]


async def test_a_form_is_read_as_curl_sends_it(tool: Tool) -> None:
    form = {"summary": "CPU is hot", "details": "91 °C", "dedup": "cpu", "meta": "rack=4"}
    assert (await tool.send(data=form)).status == 202
    assert (await tool.send(data={**form, "action": "close"})).status == 202
    incident = await tool.incident()
    assert (incident.title, incident.message, incident.status) == (
        "CPU is hot",
        "91 °C",
        Status.resolved,
    )
    assert ("resolved", "JSON, form or text") in await tool.told(incident)


async def test_a_list_is_several_reports(tool: Tool) -> None:
    answer = await tool.send(json=[{"title": "one"}, {"title": "another"}])
    assert (await answer.json())["reports"] == 2
    assert [incident.title for incident in await tool.incidents()] == ["one", "another"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"title": ', "body"),
        (b"[1]", "body"),
        (b'{"severity": "crit"}', "title"),
        (b"", "body"),
        (b"[" * 10_000, "body"),
    ],
)
async def test_a_body_that_says_nothing_is_refused_by_name(
    tool: Tool, body: bytes, field: str
) -> None:
    answer = await tool.send(data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert (await answer.json())["error"]["field"] == field
    assert await tool.incidents() == []


@pytest.mark.parametrize("body", [b'{"title": "a\\u0000b\\ud800c"}', b"\xff\x00 odd"])
async def test_odd_characters_lose_no_report(tool: Tool, body: bytes) -> None:
    assert (await tool.send(data=body)).status == 202
    assert "\ufffd" in (await tool.incident()).title


async def test_charlie_with_a_made_up_code_is_refused(tool: Tool) -> None:
    answer = await tool.send("/in/" + "0" * 32, json={"title": "let me in"})
    assert answer.status == 401
    assert await tool.incidents() == []


async def test_what_is_over_the_limits_is_cut_and_kept(tool: Tool) -> None:
    tags: dict[str, Any] = {f"tag-{number}": "x" * 600 for number in range(60)}
    body = {"title": "t" * 2000, "message": "m" * 70_000, "labels": tags, "big": "y" * 70_000}
    assert (await tool.send(json=body)).status == 202
    (report,) = await tool.reports()
    assert len(report.title) == 1000
    assert report.title.endswith("…")
    assert len(report.tags or {}) == 50
    assert report.context == {"cut": "larger than 65536 bytes"}


async def test_an_empty_list_says_nothing(tool: Tool) -> None:
    assert (await tool.send(json=[])).status == 400


JOB = "application/x-www-form-urlencoded"  # what curl calls whatever it sends


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[ERROR] no space\nstep 2", "[ERROR] no space"),
        ('time=08:00 level=error msg="no space"\nstep 2', 'time=08:00 level=error msg="no space"'),
        ('{"msg": "no space"}\nstep 2', '{"msg": "no space"}'),
    ],
)
async def test_log_lines_that_look_like_json_or_a_form_are_lines(
    tool: Tool, text: str, title: str
) -> None:
    assert (await tool.send(data=text, headers={"Content-Type": JOB})).status == 202
    assert (await tool.incident()).title == title
    assert await tool.lines() == ["step 2"]


async def test_what_ends_needs_its_key_only(tool: Tool) -> None:
    await tool.send(json={"title": "Disk full", "dedup_key": "disk"})
    assert (await tool.send(json={"dedup_key": "disk", "status": "resolved"})).status == 202
    assert (await tool.incident()).status is Status.resolved


async def test_without_a_key_the_title_and_the_place_are_the_same_when_it_ends(tool: Tool) -> None:
    for host in ("db-1", "db-2"):
        labels = {"host": host, "pid": "7"}
        await tool.send(json={"title": "Disk full", "message": "95 %", "labels": labels})
    over = {"title": "Disk full", "message": "fine again", "status": "ok", "host": "db-2"}
    await tool.send(json=over)
    assert [incident.status for incident in await tool.incidents()] == [
        Status.open,
        Status.resolved,
    ]


async def test_an_object_where_a_text_should_be_is_kept_as_data(tool: Tool) -> None:
    await tool.send(json={"event": {"id": 7}, "text": "Deploy broke\nat step 3", "message": "why"})
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("Deploy broke", "why")
    assert (await tool.reports())[0].context == {"event": {"id": 7}}


@pytest.mark.parametrize("path", ["/alerts/event", "/alerts/event/grafana"])
async def test_keeps_addresses_take_any_format(tool: Tool, path: str) -> None:
    body = {"routing_key": "", "event_action": "trigger", "payload": {"summary": "Disk full"}}
    answer = await tool.send(path, json={"name": "Disk full"}, headers={"X-API-Key": tool.code})
    assert answer.status == 202
    answer = await tool.send(path, json=body, headers={"X-API-Key": tool.code})
    assert (await answer.json())["status"] == "invalid event"


async def test_a_title_may_say_the_state_in_words(tool: Tool) -> None:
    await tool.send(json={"title": "Backup is down", "status": "down"})
    await tool.send(json={"title": "Backup is up", "status": "up"})
    assert (await tool.incident()).status is Status.resolved


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({"content": "disk is full", "tts": False}, "content: disk is full, tts: False"),
        ({"alert": {"id": 7}, "severity": "low"}, "alert"),
    ],
)
async def test_a_body_of_unknown_names_shows_its_first_fields(
    tool: Tool, body: dict[str, Any], title: str
) -> None:
    assert (await tool.send(json=body)).status == 202
    assert (await tool.incident()).title == title
    context = (await tool.reports())[0].context or {}
    assert context.items() <= body.items()


async def test_a_query_of_unknown_names_does_so_too(tool: Tool) -> None:
    assert (await tool.send(method="GET", params={"monitor": "Shop"})).status == 202
    assert (await tool.incident()).title == "monitor: Shop"


async def test_the_answer_says_where_to_look(tool: Tool) -> None:
    said = await (await tool.send(json={"title": "Disk full"})).json()
    assert said["url"] == f"{tool.site.settings.base_url}/incidents/{said['id']}"
    assert said["telegram"] is None
    async with tool.database.writing() as session:
        await session.execute(update(Card).values(message_id=77))
    said = await (await tool.send(json={"title": "Disk full"})).json()
    assert said["telegram"] == f"https://t.me/c/{str(OPS).removeprefix('-100')}/77"
