"""The SDK's command, `dispatcher-send`, and a real server."""

import asyncio
import os
import sys

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def dispatcher_send(tool: Tool, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dispatcher_maker.cli", *words),
        env={
            **os.environ,
            "DISPATCHER_URL": tool.site.url(""),
            "DISPATCHER_APP_NAME": "Shop",
            "DISPATCHER_CODE": tool.code,
        },
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_a_report_of_a_shell_is_an_incident(tool: Tool) -> None:
    code, out = await dispatcher_send(tool, "send", "-t", "Disk full", "-l", "crit")
    assert code == 0
    assert out.endswith("/incidents/1\n")
    incident = await tool.incident()
    assert (incident.title, incident.level) == ("Disk full", Level.crit)


async def test_a_job_that_fails_is_an_incident_until_it_runs_well(tool: Tool) -> None:
    job = ["run", "--name", "backup", "--every", "1d", "--", "sh", "-c"]
    assert await dispatcher_send(tool, *job, "echo no disk; exit 3") == (3, "no disk\n")
    incident = await tool.incident()
    assert (incident.title, incident.status) == ("backup failed", Status.open)
    assert await tool.lines() == ["exit code 3", "no disk"]
    assert await dispatcher_send(tool, *job, "true") == (0, "")
    assert (await tool.incident()).status == Status.resolved
    assert [ping.kind for ping in await tool.pings()] == ["start", "fail", "start", "success"]


async def test_a_ping_of_a_shell_makes_a_check(tool: Tool) -> None:
    assert await dispatcher_send(tool, "ping", "backup") == (4, "")
    assert await dispatcher_send(tool, "ping", "backup", "--every", "1d") == (0, "")
    assert [check.slug for check in await tool.checks()] == ["backup"]


async def test_a_wrong_code_is_refused(tool: Tool) -> None:
    assert (await dispatcher_send(tool, "send", "-t", "Disk full", "--code", "000000"))[0] == 4
    assert (await dispatcher_send(tool, "ping", "backup", "--code", "000000"))[0] == 4
