"""The page of one incident: everything that is known of it, and safe to look at."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from core import incidents, timeline
from core.db import Database
from core.lifecycle import Action
from core.logs import pack
from core.models import Incident, Log
from core.timeline import Actor, Kind, Source
from core.wakings import wake_snoozed
from tests.factories import Scene, actor_of, add_report, make_incident
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVIL = '"><script>alert(1)</script>'
MISSING = {
    "/incidents/2": 404,
    "/incidents/999999999999999999": 404,
    "/incidents/9999999999999999999": 404,
    "/incidents/x": 404,
    "/incidents/1?report=2": 404,
    "/incidents/1?report=999999999999999999": 404,
    "/incidents/1?report=x": 400,
    "/incidents/1?before=-1": 400,
    "/incidents/1/log?report=1&source=other.log": 404,
    "/incidents/1/log?report=7&source=app.log": 404,
    "/incidents/1/log?report=%00&source=%00": 404,
    "/incidents/2/log?source=app.log": 404,
}


@pytest.fixture
async def incident(database: Database, scene: Scene, now: datetime) -> Incident:
    async with database.writing() as session:
        return await make_incident(session, now, scene.shop, tags={"server": "web-1"})


async def test_it_shows_what_the_report_said(alice: Browser, incident: Incident) -> None:
    words = (await alice.get(f"/incidents/{incident.id}")).words
    for shown in (
        "Payment failed",
        "The bank did not answer",
        "error",
        "open",
        "Shop",
        "app.log",
        "1 first line 2 second line",
        "server web-1",
        "Opened by its first report",
        "nobody",
    ):
        assert shown in words


async def test_all_that_comes_from_outside_is_text(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        bad = await make_incident(
            session, now, scene.shop, EVIL, message=EVIL, lines=[EVIL], tags={EVIL: EVIL}
        )
        report = await add_report(session, now, bad, lines=[EVIL], source=EVIL, tags={EVIL: EVIL})
        report.context = {EVIL: [EVIL]}
        await incidents.comment(session, now, bad.id, Actor(EVIL, Source.api), EVIL)
        changes = incidents.Changes(title=EVIL + "!")
        await incidents.edit(session, now, bad.id, Actor(EVIL, Source.api), changes)
        scene_bob = await session.merge(scene.bob)
        scene_bob.name = EVIL
    page = await alice.get(f"/incidents/{bad.id}")
    assert page.status == 200
    assert "<script" not in page.text
    assert page.words.count("<script>alert(1)</script>") > 8


async def test_each_line_has_an_address_that_stays_with_its_report(
    alice: Browser, database: Database, incident: Incident, now: datetime
) -> None:
    old = await alice.get(f"/incidents/{incident.id}")
    assert "?report=1#app.log-L2" in old.links
    assert 'id="app.log-L2"' in old.text
    async with database.writing() as session:
        await add_report(session, now, incident, lines=["something else"])
    assert "something else" in (await alice.get(f"/incidents/{incident.id}")).words
    linked = await alice.get(f"/incidents/{incident.id}?report=1")
    assert "2 second line" in linked.words
    assert "something else" not in linked.words


async def test_sources_with_odd_names_have_ids_of_their_own(
    alice: Browser, database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        report = await add_report(session, now, incident, lines=["a"], source="/my log/ä.log")
        for source in ("my-log/.log", ""):
            session.add(
                Log(
                    report_id=report.id,
                    app_id=incident.app_id,
                    source=source,
                    truncated=True,
                    note="No such file",
                    body=pack(""),
                )
            )
    page = await alice.get(f"/incidents/{incident.id}")
    assert 'id="my-log-.log-L1"' in page.text
    assert "No such file" in page.words


async def test_a_report_without_logs_does_not_hide_those_of_the_one_before(
    alice: Browser, database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        late = await add_report(session, now, incident)
        await session.execute(delete(Log).where(Log.report_id == late.id))
    assert "first line" in (await alice.get(f"/incidents/{incident.id}")).words
    chosen = await alice.get(f"/incidents/{incident.id}?report={late.id}")
    assert "This report brought no logs." in chosen.words


async def test_the_raw_log_is_a_download(alice: Browser, incident: Incident) -> None:
    page = await alice.get(f"/incidents/{incident.id}")
    link = next(link for link in page.links if "/log?" in link)
    answer = await alice.get(link)
    assert answer.text == "first line\nsecond line\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    disposition = f'attachment; filename="incident-{incident.id}-app.log.txt"'
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("incident")
async def test_what_does_not_exist_is_said_to_be_missing(
    alice: Browser, subtests: pytest.Subtests
) -> None:
    for path, status in MISSING.items():
        with subtests.test(path=path):
            assert (await alice.get(path)).status == status


async def test_a_report_of_another_incident_is_not_shown(
    alice: Browser, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        other = await make_incident(session, now, scene.shop, "Other", lines=["other's line"])
    assert (await alice.get(f"/incidents/{incident.id}?report=2")).status == 404
    assert (await alice.get(f"/incidents/{incident.id}/log?report=2&source=app.log")).status == 404
    assert "other's line" in (await alice.get(f"/incidents/{other.id}?report=2")).words


async def test_reports_come_in_pages(
    alice: Browser, database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        for minute in range(60):
            await add_report(session, now + timedelta(minutes=minute), incident)
    first = await alice.get(f"/incidents/{incident.id}")
    older = next(link for link in first.links if link.startswith("?before="))
    second = await alice.get(f"/incidents/{incident.id}{older}")
    of_reports = [
        {link for link in page.links if link.endswith("#logs")} for page in (first, second)
    ]
    assert [len(links) for links in of_reports] == [50, 11]
    assert not of_reports[0] & of_reports[1]


async def test_recurrences_name_each_other(
    alice: Browser, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await incidents.act(session, now, incident.id, Action.resolve, actor_of(scene.bob))
        again = await make_incident(session, now, scene.shop)
        again.predecessor_id = incident.id
    earlier = await alice.get(f"/incidents/{incident.id}")
    later = await alice.get(f"/incidents/{again.id}")
    assert f"Came again as #{again.id}" in earlier.words
    assert f"Again after #{incident.id}" in later.words


async def test_the_timeline_says_who_did_what_when_and_from_where(
    alice: Browser, database: Database, scene: Scene, incident: Incident, site: Site, now: datetime
) -> None:
    bob, web_bob = actor_of(scene.bob), actor_of(scene.bob, Source.web)
    async with database.writing() as session:
        raised = {"level": "crit"}
        timeline.append(session, incident.id, now, Kind.level_raised, Actor("", Source.app), raised)
        await incidents.act(session, now, incident.id, Action.acknowledge, bob)
        await incidents.act(session, now, incident.id, Action.unacknowledge, web_bob)
        await incidents.act(session, now, incident.id, Action.snooze, bob)
        await wake_snoozed(session, now + timedelta(hours=1))
        await incidents.comment(session, now, incident.id, Actor("robot", Source.api), "Hm.")
        await incidents.refuse(session, now, incident.id, actor_of(scene.charlie))
        changes = incidents.Changes(level=incident.level.warning, assignee_id=scene.bob.id)
        await incidents.edit(session, now, incident.id, web_bob, changes)
        await incidents.act(session, now, incident.id, Action.resolve, web_bob)
    site.now = now + timedelta(minutes=5)
    words = (await alice.get(f"/incidents/{incident.id}")).words
    for fact in (
        "Opened by its first report 5 minutes ago · from the app",
        "Level raised to crit by a report 5 minutes ago · from the app",
        "Acknowledged by Bob 5 minutes ago · in Telegram",
        "Unacknowledged by Bob 5 minutes ago · on the web",
        "Snoozed by Bob until 23 Nov 2026, 10:00:00 UTC",
        "Reopened: the snooze is over in 55 minutes · by itself",
        "Comment by robot Hm. 5 minutes ago · through the API",
        "Refused: Charlie may not act here",
        "Edited by Bob Level: error → warning Assignee: nobody → Bob",
        "Resolved by Bob 5 minutes ago · on the web",
    ):
        assert fact in words
