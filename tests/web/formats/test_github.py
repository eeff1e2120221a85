"""GitHub's webhooks; fields as in its documentation of webhook events and payloads."""

import hmac
import json
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def run(conclusion: str, action: str = "completed") -> dict[str, Any]:
    return {
        "action": action,
        "workflow_run": {
            "name": "CI",
            "workflow_id": 9,
            "head_branch": "main",
            "head_sha": "abc",
            "conclusion": conclusion,
            "html_url": "https://github.com/a/b/actions/runs/1",
        },
        "repository": {"full_name": "a/b"},
        "sender": {"login": "ann"},
    }


async def deliver(tool: Tool, body: Any, event: str = "workflow_run", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    ours = {"X-GitHub-Event": event, "X-GitHub-Delivery": str(uuid4())}
    return (await tool.send(json=body, headers=ours | named)).status


async def test_a_failed_run_opens_and_the_next_that_passes_resolves(tool: Tool) -> None:
    assert await deliver(tool, run("failure")) == 200
    incident = await tool.incident()
    assert incident.title == "a/b: CI failed on main"
    assert await deliver(tool, run("cancelled")) == 200
    assert (await tool.incident()).count == 1
    await deliver(tool, run("success"))
    assert (await tool.incident()).status is Status.resolved


async def test_a_fork_that_passes_ends_nothing_of_ours(tool: Tool) -> None:
    await deliver(tool, run("failure"))
    for conclusion in ("failure", "success"):
        body = run(conclusion)
        body["workflow_run"] |= {
            "head_repository": {"full_name": "charlie/b"},
            "display_title": "Try this",
        }
        await deliver(tool, body)
    ours, fork = await tool.incidents()
    assert (ours.status, fork.status) == (Status.open, Status.resolved)
    assert (fork.title, fork.message) == ("a/b: CI failed on charlie/b:main", "failure: Try this")


async def test_the_same_delivery_twice_is_one_report(tool: Tool) -> None:
    delivery = str(uuid4())
    for _ in range(2):
        await deliver(tool, run("failure"), X_GitHub_Delivery=delivery)
    assert (await tool.incident()).count == 1


async def test_a_deployment_fails_and_succeeds(tool: Tool) -> None:
    for state, status in (("error", Status.open), ("success", Status.resolved)):
        body = {
            "deployment_status": {"state": state, "environment": "prod"},
            "repository": {"full_name": "a/b"},
        }
        await deliver(tool, body, "deployment_status")
        assert (await tool.incident()).status is status


async def test_what_is_no_news_is_answered_and_dropped(tool: Tool) -> None:
    assert await deliver(tool, {"zen": "Keep it"}, "ping") == 200
    assert await deliver(tool, run("failure", "requested")) == 200
    assert await deliver(tool, run("action_required")) == 200
    assert await tool.incidents() == []


async def test_a_signature_must_fit(tool: Tool) -> None:
    body = json.dumps(run("failure")).encode()
    good = "sha256=" + hmac.new(tool.code.encode(), body, sha256).hexdigest()
    for signature, status in ((good, 200), ("sha256=" + "0" * 64, 401)):
        headers = {"X-GitHub-Event": "workflow_run", "X-Hub-Signature-256": signature}
        assert (await tool.send(data=body, headers=headers)).status == status
    assert (await tool.incident()).count == 1
