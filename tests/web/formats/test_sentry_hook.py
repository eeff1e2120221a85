"""Sentry's own webhooks; bodies as in its documentation of the integration platform."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ISSUE = {"id": "1170820242", "title": "ReferenceError: heck is not defined", "level": "error"}


async def hook(tool: Tool, resource: str, action: str, **data: Any) -> None:
    body = {"action": action, "data": data, "actor": {"type": "application", "id": "sentry"}}
    answer = await tool.send(json=body, headers={"Sentry-Hook-Resource": resource})
    assert answer.status == 200


async def test_an_alert_opens_and_the_end_of_its_issue_resolves(tool: Tool) -> None:
    raised = {"values": [{"type": "ReferenceError", "value": "heck is not defined"}]}
    event = {
        "event_id": "e4874d664c3540c1a32eab185f12c5ab",
        "issue_id": "1170820242",
        "title": "ReferenceError: heck is not defined",
        "level": "fatal",
        "web_url": "https://sentry.io/organizations/o/issues/1170820242/events/e4/",
        "tags": [["browser", "Chrome"]],
        "exception": raised,
    }
    await hook(tool, "event_alert", "triggered", event=event, triggered_rule="Any error")
    incident = await tool.incident()
    assert (incident.title, incident.level) == (event["title"], Level.crit)
    assert ((await tool.reports())[0].tags or {})["browser"] == "Chrome"
    await hook(tool, "issue", "assigned", issue=ISSUE)
    assert await tool.comments(incident) == [f"assigned: {ISSUE['title']}"]
    await hook(tool, "issue", "resolved", issue=ISSUE)
    assert (await tool.incident()).status is Status.resolved
    assert ("resolved", "Sentry alerts") in await tool.told(incident)


async def test_a_new_issue_opens(tool: Tool) -> None:
    await hook(tool, "issue", "created", issue={**ISSUE, "culprit": "?(<anonymous>)"})
    incident = await tool.incident()
    assert (incident.title, incident.message) == (ISSUE["title"], "?(<anonymous>)")


async def test_a_metric_is_warned_of_and_recovers(tool: Tool) -> None:
    more = {
        "metric_alert": {"id": "4", "title": "Too many errors"},
        "description_title": "Critical: Too many errors",
        "description_text": "1000 events in the last 10 minutes",
        "web_url": "https://sentry.io/organizations/o/alerts/4/",
    }
    for action, level in (("warning", Level.warning), ("critical", Level.crit)):
        await hook(tool, "metric_alert", action, **more)
        assert (await tool.incident()).level is level
    await hook(tool, "metric_alert", "resolved", **more)
    incident = await tool.incident()
    assert (incident.title, incident.status) == ("Too many errors", Status.resolved)


async def test_what_is_no_news_is_answered_and_dropped(tool: Tool) -> None:
    await hook(tool, "installation", "created", installation={"uuid": "a"})
    assert await tool.incidents() == []
