"""What the app's page says to paste works as it is."""

import re
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE

import pytest

from core.ways import ways_of
from tests.factories import Scene
from tests.web.browsers import Browser
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHELL = {"NO_PROXY": "*", "PATH": "/usr/local/bin:/usr/bin:/bin"}


@pytest.fixture
def ways(tool: Tool, scene: Scene) -> dict[str, str]:
    listed = ways_of(tool.site.url(""), scene.shop.id, tool.code)
    return {way.tool: way.text for way in listed}


@pytest.mark.parametrize(
    ("tool_name", "title"), [("PagerDuty Events v2", "Disk full"), ("Output of a job", "broken")]
)
async def test_a_command_reports(
    tool: Tool, ways: dict[str, str], tool_name: str, title: str
) -> None:
    await run_shell(ways[tool_name])
    assert (await tool.incident()).title == title


async def test_a_heartbeat_makes_its_check(tool: Tool, ways: dict[str, str]) -> None:
    await run_shell(ways["Heartbeat of a job"])
    assert [(check.slug, check.status) for check in await tool.checks()] == [("backup", "up")]


async def run_shell(line: str) -> None:
    job = "job() { echo broken; echo why; }\n"
    process = await create_subprocess_exec("bash", "-c", job + line, stderr=PIPE, env=SHELL)
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


async def test_sentrys_sdk_reports_by_the_dsn(tool: Tool, ways: dict[str, str]) -> None:
    lines = "\nsentry_sdk.capture_message('lost', level='error')\nsentry_sdk.flush(10)\n"
    await run_client(ways["Sentry SDK"] + lines)
    assert (await tool.incident()).title == "lost"


@pytest.mark.parametrize("tool_name", ["Prometheus Alertmanager", "Grafana"])
async def test_a_configuration_names_the_address_of_the_app(
    tool: Tool, ways: dict[str, str], tool_name: str
) -> None:
    found = re.search(r"url: (\S+)$", ways[tool_name])
    assert found
    assert found[1] == tool.url == ways["Any webhook: JSON, a form or text"]


async def test_the_page_has_a_placeholder_and_the_page_of_a_new_code_the_code(
    alice: Browser, scene: Scene
) -> None:
    page = f"/apps/{scene.shop.id}"
    assert f"://YOUR_CODE@127.0.0.1:8080/{scene.shop.id}" in (await alice.get(page)).words
    made = await alice.submit(page, f"{page}/rotate", newest="1")
    assert re.search(rf"://[0-9a-f]{{32}}@127.0.0.1:8080/{scene.shop.id}", made.words)
    assert "YOUR_CODE" not in made.words
