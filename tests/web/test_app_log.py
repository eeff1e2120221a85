"""GET /apps/{id}/log: what every report sent, joined into one log for each source."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from core.db import Database
from core.joined_log import TAILS_PER_PAGE
from core.models import Incident, Log, Report
from tests.factories import Scene, add_report, make_incident
from tests.web.browsers import Answer, Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LINE = re.compile(
    r'<div class="line" id="([^"]*)"><a href="([^"]*)">(\d+)</a><code>(.*?)</code></div>'
)


class Sender:
    """The app Shop, which sends reports of one incident."""

    def __init__(self, site: Site, incident: Incident) -> None:
        self.site = site
        self.incident = incident

    async def send(self, lines: Sequence[str], source: str = "app.log", note: str = "") -> Report:
        self.site.now += timedelta(minutes=1)
        async with self.site.database.writing() as session:
            report = await add_report(
                session, self.site.now, self.incident, lines=lines, source=source
            )
            log = update(Log).where(Log.report_id == report.id)
            await session.execute(log.values(note=note))
        return report


@pytest.fixture
async def shop(site: Site, scene: Scene, database: Database, now: datetime) -> Sender:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop, lines=())
    return Sender(site, incident)


@pytest.fixture
def log(scene: Scene) -> str:
    return f"/apps/{scene.shop.id}/log"


def lines_in(page: Answer) -> list[str]:
    assert page.status == 200
    return [unescape(found[4]) for found in LINE.finditer(page.text)]


def address_of(page: Answer, line: str) -> tuple[str, str]:
    """Find a line's own address: what to ask for, and the anchor in it."""
    for anchor, link, _, text in LINE.findall(page.text):
        if text == line:
            path, _, fragment = unescape(link).partition("#")
            assert fragment == anchor
            return path, anchor
    raise AssertionError(f"no line {line}")


def older(page: Answer) -> str:
    return next(link for link in page.links if "before=" in link)


async def test_overlapping_tails_are_one_log(alice: Browser, shop: Sender, log: str) -> None:
    await shop.send(["one", "two", "three"])
    await shop.send(["two", "three", "four"])
    await shop.send(["four", "five"])
    page = await alice.get(log)
    assert lines_in(page) == ["one", "two", "three", "four", "five"]
    assert [found[3] for found in LINE.finditer(page.text)] == ["1", "2", "3", "4", "5"]
    assert 'class="gap"' not in page.text


async def test_what_nobody_sent_is_a_gap(alice: Browser, shop: Sender, log: str) -> None:
    await shop.send(["one", "two"])
    await shop.send(["eight", "nine"])
    page = await alice.get(log)
    assert page.text.count('class="gap"') == 1
    assert page.text.index("two</code>") < page.text.index("Lines are missing here")
    assert page.text.index("Lines are missing here") < page.text.index("eight</code>")


async def test_each_stretch_says_which_report_it_came_from_and_when(
    alice: Browser, site: Site, shop: Sender, log: str
) -> None:
    report = await shop.send(["one"])
    site.now += timedelta(hours=5)
    page = await alice.get(log)
    incident = shop.incident
    assert f"/incidents/{incident.id}?report={report.id}#logs" in page.links
    assert f"#{incident.number} 5 hours ago" in page.words


async def test_a_lines_address_stays_right_when_newer_reports_come(
    alice: Browser, shop: Sender, log: str
) -> None:
    await shop.send(["one", "two"])
    report = await shop.send(["two", "three", "four"])
    query, anchor = address_of(await alice.get(log), "four")
    assert anchor == f"r{report.id}-L2"
    for number in range(TAILS_PER_PAGE + 5):
        await shop.send([f"later {number}"])
    assert "four" not in lines_in(await alice.get(log))
    page = await alice.get(log + query)
    assert lines_in(page) == ["one", "two", "three", "four"]
    assert address_of(page, "four") == (query, anchor)
    newest = next(link for link in page.links if link == "?source=app.log")
    assert "later 44" in lines_in(await alice.get(log + newest))


async def test_pages_lead_back_to_the_first_line(alice: Browser, shop: Sender, log: str) -> None:
    count = 2 * TAILS_PER_PAGE + 3
    for number in range(count):
        await shop.send([f"line {number}", f"line {number + 1}"])
    page = await alice.get(log)
    found = lines_in(page)
    for _ in range(2):
        page = await alice.get(log + older(page))
        found = [*lines_in(page), *found]
        assert "Newest" in page.words
    assert "before=" not in page.text
    assert found == [f"line {number}" for number in range(count + 1)]
    assert 'class="gap"' not in page.text


async def test_sources_are_tabs(alice: Browser, shop: Sender, log: str) -> None:
    await shop.send(["from app"])
    await shop.send(["from worker"], "/var/log/мой worker&1.log")
    await shop.send(["from nowhere"], "")
    page = await alice.get(log)
    tabs = [link for link in page.links if link.startswith("?source=") and "#" not in link]
    sources = [parse_qs(urlsplit(tab).query, keep_blank_values=True)["source"][0] for tab in tabs]
    assert sources == ["", "/var/log/мой worker&1.log", "app.log"]
    assert "without a name" in page.words
    for tab, line in zip(tabs, ["from nowhere", "from worker", "from app"], strict=True):
        assert lines_in(await alice.get(log + tab)) == [line]


async def test_a_note_stands_where_lines_are_missing(
    alice: Browser, shop: Sender, log: str
) -> None:
    await shop.send(["one"])
    await shop.send([], note="file <not> found")
    page = await alice.get(log)
    assert "file &lt;not&gt; found" in page.text
    assert lines_in(page) == ["one"]


async def test_lines_are_text_whatever_they_hold(alice: Browser, shop: Sender, log: str) -> None:
    attack = "<script>alert(1)</script>"
    await shop.send([attack, "\x1b[31mred\x1b[0m"], f'"><img src=x onerror=alert(1)>{attack}')
    page = await alice.get(log)
    assert "<script>" not in page.text
    assert "<img" not in page.text
    assert attack in unescape(page.text)
    assert "\x1b" not in page.text
    assert '<span class="c1">red</span>' in page.text


async def test_a_page_shows_whole_stretches_while_they_fit(
    alice: Browser, shop: Sender, log: str
) -> None:
    for start in (0, 1500, 3000):
        await shop.send([f"line {number}" for number in range(start, start + 1500)])
    page = await alice.get(log)
    assert lines_in(page) == [f"line {number}" for number in range(3000, 4500)]
    page = await alice.get(log + older(page))
    assert lines_in(page) == [f"line {number}" for number in range(1500, 3000)]
    page = await alice.get(log + older(page))
    assert lines_in(page)[0] == "line 0"
    assert "before=" not in page.text


async def test_a_stretch_that_is_too_long_loses_its_start_to_the_download(
    alice: Browser, shop: Sender, log: str
) -> None:
    await shop.send(["one"])
    report = await shop.send([f"line {number}" for number in range(5000)])
    page = await alice.get(log)
    assert lines_in(page) == [f"line {number}" for number in range(3000, 5000)]
    assert "3000 earlier lines are in the download only" in page.words
    assert address_of(page, "line 3000")[1] == f"r{report.id}-L3001"
    download = next(link for link in page.links if "/log?report=" in link)
    assert "line 0\n" in (await alice.get(download)).text
    assert lines_in(await alice.get(log + older(page))) == ["one"]


async def test_a_huge_line_is_cut(alice: Browser, shop: Sender, log: str) -> None:
    await shop.send(["x" * 900_000])
    page = await alice.get(log)
    assert page.status == 200
    assert len(page.text) < 20_000


async def test_an_app_without_logs_says_where_logs_come_from(
    alice: Browser, scene: Scene, log: str
) -> None:
    assert "No logs yet" in (await alice.get(log)).words


@pytest.mark.parametrize("query", ["?source=never.log", "?source=%00", "?before=1"])
async def test_a_place_without_lines_says_so(
    alice: Browser, shop: Sender, log: str, query: str
) -> None:
    await shop.send(["one"])
    assert "There are no lines here." in (await alice.get(log + query)).words


@pytest.mark.parametrize(
    ("query", "status"),
    [("?before=x", 400), ("?report=x", 400), ("?report=999", 404), ("?before=" + "9" * 30, 400)],
)
async def test_a_broken_address_is_told_apart(
    alice: Browser, shop: Sender, log: str, query: str, status: int
) -> None:
    await shop.send(["one"])
    assert (await alice.get(log + query)).status == status


async def test_the_lines_of_another_app_are_not_found(
    alice: Browser, shop: Sender, database: Database, now: datetime
) -> None:
    report = await shop.send(["one"])
    await alice.submit("/apps/new", "/apps", name="Bank", level="warning", chats="")
    bank = next(link for link in (await alice.get("/apps")).links if link == "/apps/2")
    assert (await alice.get(f"{bank}/log?source=app.log&report={report.id}")).status == 404
