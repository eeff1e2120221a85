"""GitLab's alert endpoint and pipeline hooks; fields as in its documentation."""

from typing import Any

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/group/project/alerts/notify.json"


def alert(**more: Any) -> dict[str, Any]:
    return {
        "title": "Disk full",
        "description": "db-1",
        "severity": "high",
        "hosts": ["db-1"],
        "monitoring_tool": "cron",
        "start_time": "2026-11-23T08:00:00Z",
        **more,
    }


async def test_an_end_time_resolves_what_the_same_alert_opened(tool: Tool) -> None:
    bearer = {"Authorization": f"Bearer {tool.code}"}
    answer = await tool.send(PATH, json=alert(), headers=bearer)
    incident = await tool.incident()
    assert await answer.json() == [{"iid": incident.id, "title": "Disk full"}]
    assert incident.level is Level.error
    await tool.send(PATH, json=alert(end_time="2026-11-23T09:00:00Z"), headers=bearer)
    assert (await tool.incident()).status is Status.resolved


def pipeline(status: str) -> dict[str, Any]:
    return {
        "object_kind": "pipeline",
        "object_attributes": {"id": 31, "ref": "main", "status": status, "url": "https://gl/p/31"},
        "project": {"id": 1, "path_with_namespace": "group/project"},
    }


async def test_a_failed_pipeline_opens_and_the_next_that_passes_resolves(tool: Tool) -> None:
    hook = {"X-Gitlab-Event": "Pipeline Hook"}
    for status in ("running", "failed", "failed"):
        assert (await tool.send(json=pipeline(status), headers=hook)).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.count) == ("group/project: pipeline failed on main", 2)
    await tool.send(json=pipeline("success"), headers=hook)
    assert (await tool.incident()).status is Status.resolved


async def test_charlies_token_is_refused(tool: Tool) -> None:
    hook = {"X-Gitlab-Event": "Pipeline Hook", "X-Gitlab-Token": "nonsense"}
    assert (await tool.send(PATH, json=pipeline("failed"), headers=hook)).status == 401


async def test_a_pipeline_names_the_jobs_that_failed(tool: Tool) -> None:
    builds = [
        {"stage": "test", "name": "unit", "status": "failed"},
        {"stage": "deploy", "name": "production", "status": "skipped"},
    ]
    hook = {"X-Gitlab-Event": "Pipeline Hook"}
    await tool.send(json={**pipeline("failed"), "builds": builds}, headers=hook)
    assert (await tool.incident()).message == "test: unit"
