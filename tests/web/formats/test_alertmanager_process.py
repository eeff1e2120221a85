"""Alertmanager itself, in a process of its own, configured as the app's page says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError

from core.lifecycle import Status
from core.ways import ways_of
from tests.alertmanager import ADVICE, find_alertmanager
from tests.factories import Scene
from tests.programs import free_port
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATIENCE = 30
ROUTE = """
route:
  receiver: dispatcher
  group_by: [alertname]
  group_wait: 1ms
  group_interval: 100ms
"""


@pytest.fixture
async def alertmanager(tool: Tool, scene: Scene, tmp_path: Path) -> AsyncIterator[str]:
    """Its address; it sends to the app Shop."""
    program = find_alertmanager()
    if program is None:
        pytest.skip(ADVICE)
    ways = {way.tool: way.text for way in ways_of(tool.site.url(""), scene.shop.id, tool.code)}
    (tmp_path / "config.yml").write_text(ways["Prometheus Alertmanager"] + ROUTE)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        program,
        f"--config.file={tmp_path / 'config.yml'}",
        f"--storage.path={tmp_path}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        stderr=asyncio.subprocess.DEVNULL,
        env={"NO_PROXY": "127.0.0.1"},
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def tell(tool: Tool, alertmanager: str, **alert: Any) -> None:
    """Send an alert as Prometheus would, as soon as Alertmanager listens."""
    labels = {"alertname": "DiskFull", "host": "db-1", "severity": "critical"}
    body = [{"labels": labels, "annotations": {"summary": "No room on db-1"}, **alert}]
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(ClientError):
                url = f"{alertmanager}/api/v2/alerts"
                async with tool.http.post(url, json=body) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.02)


async def status_is(tool: Tool, wanted: Status) -> None:
    async with asyncio.timeout(PATIENCE):
        while [one.status for one in await tool.incidents()] != [wanted]:  # noqa: ASYNC110 - another process acts
            await asyncio.sleep(0.02)


async def test_what_fires_is_open_until_it_fires_no_more(tool: Tool, alertmanager: str) -> None:
    await tell(tool, alertmanager)
    await status_is(tool, Status.open)
    incident = await tool.incident()
    assert incident.title == "No room on db-1"
    now = datetime.now(UTC)
    ended = {"startsAt": now - timedelta(minutes=1), "endsAt": now - timedelta(seconds=1)}
    await tell(tool, alertmanager, **{name: at.isoformat() for name, at in ended.items()})
    await status_is(tool, Status.resolved)
