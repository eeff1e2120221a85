"""The incident list: tabs, filters, pages, and what it says when there is nothing."""

from datetime import datetime, timedelta

import pytest

from core import apps, incidents
from core.db import Database
from core.levels import Level
from core.lifecycle import Action
from tests.factories import Scene, actor_of, make_incident
from tests.web.browsers import Answer, Browser

SEARCHES: dict[str, set[str]] = {
    "": {"Bank", "Disk", "Queue", "Почта"},
    "?status=open": {"Bank", "Почта"},
    "?status=acknowledged": {"Disk"},
    "?status=snoozed": {"Queue"},
    "?status=resolved": {"Cache"},
    "?status=all": {"Bank", "Disk", "Queue", "Cache", "Почта"},
    "?app=2": {"Почта"},
    "?level=crit": {"Почта"},
    "?level=fatal": {"Почта"},
    "?q=ПОЧТА": {"Почта"},
    "?q=bank+away": {"Bank"},
    "?q=100%25": set(),
    "?since=2026-11-23T08:59": {"Bank", "Disk"},
    "?until=2026-11-23T06:01": {"Почта"},
    "?status=all&app=1&until=2026-11-23T08:58": {"Cache"},
    "?q=&app=&level=&since=&until=&cursor=": {"Bank", "Disk", "Queue", "Почта"},
}
FAULTS = {
    "status=strange": "There is no such tab.",
    "app=x": "This is not one of the choices.",
    "app=-1": "This is not one of the choices.",
    "app=9999999999999999999": "This is not one of the choices.",
    "app=٣": "This is not one of the choices.",
    "level=loud": "This is not one of the levels.",
    "since=yesterday": "Write a date and time",
    "until=0001-01-01T00:00%2B14:00": "Write a date and time",
    "cursor=x": "The address of this page is not complete.",
    "cursor=1-99999999999999999999": "The address of this page is not complete.",
    "cursor=1-1-1": "The address of this page is not complete.",
}
ODD = [
    "q=%00",
    "q=%ff%fe",
    "q=%ED%A0%80",
    "q=" + "x" * 3000,
    "app=%00",
    "cursor=999999999999999999-1",
]


@pytest.fixture
async def many(database: Database, scene: Scene, now: datetime) -> None:
    """One incident of each status, and one of another app."""
    async with database.writing() as session:
        mailer = (await apps.register(session, now, "Mailer")).app
        for minute, (title, action) in enumerate(
            {
                "Bank is away": None,
                "Disk is full": Action.acknowledge,
                "Queue is long": Action.snooze,
                "Cache is cold": Action.resolve,
            }.items()
        ):
            at = now - timedelta(minutes=minute)
            incident = await make_incident(session, at, scene.shop, title, level=Level.error)
            if action:
                await incidents.act(session, at, incident.id, action, actor_of(scene.bob))
        await make_incident(
            session, now - timedelta(hours=3), mailer, "Почта не ушла", level=Level.crit
        )


def titles(page: Answer) -> set[str]:
    known = ("Bank", "Disk", "Queue", "Cache", "Почта")
    return {title for title in known if title in page.words}


@pytest.mark.usefixtures("many")
async def test_the_address_says_what_is_listed(alice: Browser, subtests: pytest.Subtests) -> None:
    for query, expected in SEARCHES.items():
        with subtests.test(query=query):
            page = await alice.get(f"/incidents{query}")
            assert page.status == 200
            assert titles(page) == expected


@pytest.mark.usefixtures("many")
async def test_tabs_count_what_the_filters_match_and_keep_them(alice: Browser) -> None:
    page = await alice.get("/incidents?app=1")
    assert "unresolved 3 open 1 acknowledged 1 snoozed 1 resolved 1 all 4" in page.words
    assert "/incidents?status=resolved&app=1" in page.links


async def test_counts_stop_at_ninety_nine_and_pages_follow_each_other(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for number in range(101):
            await make_incident(session, now, scene.shop, f"Trouble {chr(200 + number)}", lines=())
    seen: list[str] = []
    page = await alice.get("/incidents?q=trouble")
    assert "unresolved 99+" in page.words
    for expected in (50, 50, 1):
        rows = [link for link in page.links if link.removeprefix("/incidents/").isdecimal()]
        assert len(rows) == expected
        seen += rows
        older = [link for link in page.links if "cursor=" in link]
        if older:
            assert older[0].startswith("/incidents?q=trouble&cursor=")
            page = await alice.get(older[0])
    assert len(set(seen)) == 101
    assert not older
    assert "/incidents?q=trouble" in page.links


@pytest.mark.usefixtures("many")
async def test_what_cannot_be_read_is_told_beside_the_form(
    alice: Browser, subtests: pytest.Subtests
) -> None:
    for query, fault in FAULTS.items():
        with subtests.test(query=query):
            page = await alice.get(f"/incidents?{query}")
            assert page.status == 400
            assert fault in page.words
            assert not titles(page)
            assert "Clear filters" in page.words


async def test_odd_queries_are_no_fault_of_ours(alice: Browser, subtests: pytest.Subtests) -> None:
    for query in ODD:
        with subtests.test(query=query):
            assert (await alice.get(f"/incidents?{query}")).status in {200, 400}


async def test_without_an_app_it_leads_to_creating_one(
    alice: Browser, database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        for code in await apps.live_codes(session, scene.shop.created_at, scene.shop.id):
            await session.delete(code)
        await session.flush()
        await session.delete(await apps.find_app(session, scene.shop.id))
    page = await alice.get("/incidents")
    assert "No app yet" in page.words
    assert "/apps/new" in page.links


async def test_without_an_incident_it_says_how_to_report_one(alice: Browser) -> None:
    page = await alice.get("/incidents")
    assert "No incident yet" in page.words
    assert "curl http://127.0.0.1:8080/api/v1/reports" in page.words
    assert '"app_name": "Shop"' in page.words


@pytest.mark.usefixtures("many")
async def test_filters_that_match_nothing_can_be_cleared(alice: Browser) -> None:
    page = await alice.get("/incidents?q=zebra")
    assert "No incident matches" in page.words
    assert 'value="zebra"' in page.text


async def test_when_all_is_resolved_it_says_so(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        await incidents.act(session, now, incident.id, Action.resolve, actor_of(scene.bob))
    assert "All is resolved" in (await alice.get("/incidents")).words


async def test_titles_are_shown_as_the_text_they_are(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await make_incident(session, now, scene.shop, "<script>alert(1)</script>")
    page = await alice.get("/incidents?q=%3Cscript>")
    assert "<script" not in page.text
    assert "<script>alert(1)</script>" in page.words
    assert "<script" not in (await alice.get('/incidents?q="><script>')).text
