"""Pages of checks: making one, changing it, what it told, and the way to and from its incident."""

from datetime import datetime, timedelta

import pytest

from core import checks
from core.check_plans import Plan, plan_of
from core.checks import checks_of, create_check
from core.db import Database
from core.heartbeats import Heartbeat, PingKind, beat, raise_overdue
from core.levels import Level
from core.models import Check
from core.roles import Role
from tests.factories import Scene
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)
FIELDS = {
    "name": "Nightly backup",
    "slug": "",
    "period": "1d 12h",
    "cron": "",
    "time_zone": "Europe/Moscow",
    "grace": "15m",
    "level": "crit",
}


@pytest.fixture
async def backup(database: Database, scene: Scene, now: datetime) -> Check:
    async with database.writing() as session:
        plan = Plan(period=HOUR, grace=HOUR)
        return await create_check(
            session, now, scene.shop.id, slug="backup", name="Backup", plan=plan
        )


async def only_check(database: Database, scene: Scene) -> Check:
    async with database.reading() as session:
        (check,) = await checks_of(session, scene.shop.id)
    return check


async def test_a_check_is_made_and_shows_how_to_ping_it(
    alice: Browser, database: Database, scene: Scene
) -> None:
    checks = f"/apps/{scene.shop.id}/checks"
    assert "No check yet" in (await alice.get(checks)).words
    made = await alice.submit(f"{checks}/new", checks, **FIELDS)
    check = await only_check(database, scene)
    assert (check.slug, plan_of(check)) == (
        "nightly-backup",
        Plan(
            period=36 * HOUR,
            time_zone="Europe/Moscow",
            grace=timedelta(minutes=15),
            level=Level.crit,
        ),
    )
    page = await alice.follow(made)
    assert f"/ping/{check.uuid}" in page.words
    assert "waits for its first heartbeat" in page.words
    row = (await alice.get(checks)).words
    assert "Nightly backup nightly-backup every 1 day 12 hr" in row


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "x" * 101, "A name has 1 to 100 printable characters."),
        ("slug", "Not a slug", "Write small letters"),
        ("slug", "backup", "no other check's slug"),
        ("period", "often", "Write a length from 10 seconds"),
        ("period", "9s", "Write a length from 10 seconds"),
        ("cron", "at noon", "Write a cron line"),
        ("time_zone", "Mars", "Write the name of a time zone"),
        ("grace", "0m", "Write a length from 1 second"),
        ("level", "bad", "This is not one of the levels."),
    ],
)
async def test_a_fault_stands_beside_its_field(
    alice: Browser, scene: Scene, backup: Check, field: str, value: str, told: str
) -> None:
    checks = f"/apps/{scene.shop.id}/checks"
    answer = await alice.submit(f"{checks}/new", checks, **{**FIELDS, field: value})
    assert answer.status == 400
    assert told in answer.words
    assert f'id="fault-{field}"' in answer.text


async def test_an_app_that_is_full_of_checks_says_so(
    alice: Browser, scene: Scene, backup: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MAX_CHECKS", 1)
    page = f"/apps/{scene.shop.id}/checks"
    answer = await alice.submit(f"{page}/new", page, **FIELDS)
    assert (answer.status, "as many checks as it can have" in answer.words) == (400, True)


async def test_a_check_is_changed_to_a_cron_line(
    alice: Browser, database: Database, scene: Scene, backup: Check
) -> None:
    edit = f"/checks/{backup.id}/edit"
    assert 'value="1h"' in (await alice.get(edit)).text
    await alice.submit(edit, edit, **{**FIELDS, "cron": "0 3 * * *"})
    check = await only_check(database, scene)
    assert (check.name, check.slug, check.cron) == ("Nightly backup", "backup", "0 3 * * *")
    assert "0 3 * * * (Europe/Moscow)" in (await alice.get(f"/checks/{backup.id}")).words
    assert (await alice.submit(edit, edit, **{**FIELDS, "grace": ""})).status == 400


async def test_the_history_shows_what_each_heartbeat_said(
    alice: Browser, database: Database, backup: Check, now: datetime
) -> None:
    async with database.writing() as session:
        await beat(session, now, backup.id, Heartbeat(PingKind.start))
        ended = Heartbeat(PingKind.fail, 3, body=b"<b>no room</b>\n" + b"x" * 2000)
        await beat(session, now + timedelta(minutes=4), backup.id, ended)
    page = await alice.get(f"/checks/{backup.id}")
    assert "failure, exit status 3 took 4 min <b>no room</b>" in page.words
    assert "x" * 900 in page.text
    assert "x" * 1000 not in page.text


async def test_a_check_and_its_incident_lead_to_each_other(
    alice: Browser, site: Site, database: Database, backup: Check, now: datetime
) -> None:
    async with database.writing() as session:
        await beat(session, now, backup.id, Heartbeat())
        assert await raise_overdue(session, now + 3 * HOUR) == 1
    page = await alice.get(f"/checks/{backup.id}")
    assert "/incidents/1" in page.links
    assert f"/checks/{backup.id}" in (await alice.get("/incidents/1")).links


async def test_a_check_is_paused_resumed_and_deleted(
    alice: Browser, database: Database, scene: Scene, backup: Check
) -> None:
    page = f"/checks/{backup.id}"
    assert "paused" in (await alice.follow(await alice.submit(page, f"{page}/pause"))).words
    assert "Resumed" in (await alice.follow(await alice.submit(page, f"{page}/resume"))).words
    gone = await alice.submit(page, f"{page}/delete")
    assert gone.location == f"/apps/{scene.shop.id}/checks"
    assert (await alice.get(page)).status == 404


async def test_a_viewer_sees_a_check_and_no_button(
    site: Site, database: Database, scene: Scene, backup: Check
) -> None:
    async with database.writing() as session:
        (await session.merge(scene.bob)).role = Role.viewer
    async with site.browser() as bob:
        await bob.sign_in(scene.bob)
        page = await bob.get(f"/checks/{backup.id}")
        assert "Pause" not in page.words
        refused = await bob.post(f"/checks/{backup.id}/pause", {"csrf": page.csrf})
        assert refused.status == 403
