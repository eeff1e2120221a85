"""healthchecks' addresses: what each does and answers, by uuid and by code and slug."""

import asyncio
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from core.apps import archive
from core.check_plans import CheckStatus, Plan
from core.checks import check_by_slug, create_check
from core.heartbeats import pings_of, raise_overdue
from core.lifecycle import Status
from core.logs import unpack_bytes
from core.models import Check, Ping
from tests.factories import Scene
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)


@dataclass
class Pinger:
    """A job that pings its check."""

    tool: Tool
    check: Check

    async def ping(self, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, str]:
        path = path.format(uuid=self.check.uuid, code=self.tool.code)
        url = self.tool.site.url(path)
        async with self.tool.http.request(method, url, data=body or None) as answer:
            self.headers = answer.headers
            return answer.status, await answer.text()

    async def now(self, slug: str = "backup") -> Check:
        async with self.tool.database.reading() as session:
            check = await check_by_slug(session, self.check.app_id, slug)
        assert check
        return check

    async def newest(self) -> Ping:
        async with self.tool.database.reading() as session:
            return (await pings_of(session, self.check.id))[0]


@pytest.fixture
async def job(tool: Tool, scene: Scene, now: datetime) -> Pinger:
    async with tool.database.writing() as session:
        plan = Plan(period=HOUR, grace=HOUR)
        check = await create_check(session, now, scene.shop.id, slug="backup", plan=plan)
    return Pinger(tool, check)


@pytest.mark.parametrize(
    "base", ["/ping/{uuid}", "/{uuid}", "/ping/{code}/backup", "/{code}/backup"]
)
async def test_each_address_says_what_healthchecks_says_there(job: Pinger, base: str) -> None:
    said = []
    for verb in ("", "/", "/start", "/log", "/0", "/fail", "/1/", "/255"):
        assert await job.ping(base + verb) == (200, "OK")
        newest = await job.newest()
        said.append((newest.kind, newest.exit_status))
    assert said == [
        ("success", None),
        ("success", None),
        ("start", None),
        ("log", None),
        ("success", 0),
        ("fail", None),
        ("fail", 1),
        ("fail", 255),
    ]
    assert (await job.now()).status == CheckStatus.down


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ping/{uuid}/256", (400, "invalid url format")),
        ("/ping/{uuid}?rid=7", (400, "invalid uuid format")),
        ("/ping/{code}/Backup", (400, "invalid url format")),
        ("/ping/{code}/other", (404, "not found")),
        ("/ping/charlie/backup", (404, "not found")),
        ("/ping/5d1c6a0e-0b7e-4c0b-9d3a-1f6f2a7c8e90", (404, "not found")),
        (f"/ping/{'0' * 32}/backup?create=1", (404, "not found")),
    ],
)
async def test_what_is_wrong_is_told_in_healthchecks_words(
    job: Pinger, path: str, answer: tuple[int, str]
) -> None:
    assert await job.ping(path) == answer
    assert (await job.now()).pings == 0


async def test_methods_and_headers_are_those_that_pingers_use(job: Pinger) -> None:
    assert await job.ping("/ping/{uuid}", "HEAD") == (200, "")
    assert (await job.ping("/ping/{uuid}", "POST"))[0] == 200
    assert (await job.ping("/ping/{uuid}", "DELETE"))[0] == 405
    await job.ping("/ping/{uuid}")
    assert job.headers["Access-Control-Allow-Origin"] == "*"
    assert job.headers["Ping-Body-Limit"] == "10000"
    assert job.headers["Cache-Control"] == "no-store"


async def test_a_failure_takes_the_start_of_its_body_along(job: Pinger) -> None:
    body = b"no room\n" + b"x" * 1_000_000
    assert await job.ping("/ping/{uuid}/fail", "POST", body) == (200, "OK")
    assert unpack_bytes((await job.newest()).body) == body[:10_000]
    assert (await job.tool.lines())[0] == "no room"


async def test_silence_is_an_incident_until_the_next_ping(job: Pinger) -> None:
    await job.ping("/ping/{uuid}")
    async with job.tool.database.writing() as session:
        await raise_overdue(session, job.tool.site.now + 2 * HOUR)
    assert (await job.tool.incident()).title == "backup is silent"
    await job.ping("/ping/{uuid}")
    assert (await job.tool.incident()).status is Status.resolved


async def test_create_makes_a_check_on_the_first_ping(job: Pinger) -> None:
    path = "/ping/{code}/nightly?create=1"
    assert [await job.ping(path), await job.ping(path)] == [(201, "Created"), (200, "OK")]
    made = await job.now("nightly")
    assert (made.name, made.pings, made.period_seconds, made.grace_seconds) == (
        "nightly",
        2,
        86400,
        3600,
    )


async def test_an_archived_apps_checks_are_not_found(job: Pinger, now: datetime) -> None:
    async with job.tool.database.writing() as session:
        await archive(session, now, job.check.app_id, archived=True)
    for path in ("/ping/{uuid}", "/ping/{code}/backup"):
        assert await job.ping(path) == (404, "not found")


async def test_curl_pings_with_the_output_of_a_job(job: Pinger) -> None:
    url = job.tool.site.url(f"/ping/{job.check.uuid}/3")
    script = "echo broken | curl -fsS --retry 3 --data-binary @- " + url
    process = await asyncio.create_subprocess_shell(
        script, stdout=PIPE, stderr=PIPE, env={"NO_PROXY": "*", "PATH": "/usr/bin:/bin"}
    )
    assert await process.communicate() == (b"OK", b"")
    assert (await job.tool.incident()).message == "Exit status 3."
    assert await job.tool.lines() == ["broken"]
