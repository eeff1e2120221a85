"""Acting, editing and commenting on an incident's page."""

from datetime import datetime, timedelta

import pytest

from core import apps, incidents
from core.db import Database
from core.levels import Level
from core.lifecycle import Action, Status
from core.models import Card, Incident
from core.timeline import Kind, Source, timeline
from tests.factories import Scene, actor_of, make_incident
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def incident(database: Database, scene: Scene, now: datetime) -> Incident:
    async with database.writing() as session:
        return await make_incident(session, now, scene.shop)


@pytest.fixture
def page(incident: Incident) -> str:
    return f"/incidents/{incident.id}"


async def reread(database: Database, incident: Incident) -> Incident:
    async with database.reading() as session:
        return await incidents.find(session, incident.id)


async def kinds(database: Database, incident: Incident) -> list[str]:
    async with database.reading() as session:
        return [entry.kind for entry in await timeline(session, incident.id)]


async def test_the_buttons_are_those_that_the_status_allows(alice: Browser, page: str) -> None:
    text = (await alice.get(page)).text
    for action in ("acknowledge", "resolve", "snooze"):
        assert f'action="{page}/{action}"' in text
    await alice.submit(page, f"{page}/resolve")
    text = (await alice.get(page)).text
    assert f'action="{page}/reopen"' in text
    assert f'action="{page}/resolve"' not in text


async def test_acknowledging_is_told_once_and_stands_in_the_timeline(
    alice: Browser, database: Database, incident: Incident, site: Site, page: str
) -> None:
    site.now += timedelta(minutes=4)
    answer = await alice.submit(page, f"{page}/acknowledge")
    assert (answer.status, answer.location) == (303, page)
    told = "Acknowledged by you, 4 min after the first report"
    assert told in (await alice.follow(answer)).words
    assert told not in (await alice.get(page)).words
    assert (await reread(database, incident)).status is Status.acknowledged
    async with database.reading() as session:
        entry = (await timeline(session, incident.id))[-1]
        card = await session.get_one(Card, 1)
    assert (entry.kind, entry.actor, entry.source) == (Kind.acknowledged, "Alice", Source.web)
    assert card.wanted_revision > card.shown_revision


async def test_the_second_of_two_is_told_who_was_first(
    alice: Browser, database: Database, scene: Scene, incident: Incident, site: Site, page: str
) -> None:
    async with database.writing() as session:
        await incidents.act(session, site.now, incident.id, Action.resolve, actor_of(scene.bob))
    site.now += timedelta(minutes=2)
    answer = await alice.submit(page, f"{page}/resolve")
    assert "Already resolved by Bob 2 min ago" in (await alice.follow(answer)).words
    answer = await alice.submit(page, f"{page}/acknowledge")
    assert "Already resolved by Bob 2 min ago" in (await alice.follow(answer)).words
    assert await kinds(database, incident) == [Kind.opened, Kind.resolved]


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        (["snooze"], "Snoozed until 10:00"),
        (["acknowledge", "unacknowledge"], "Unacknowledged by you: nobody has it now"),
        (["resolve", "resolve"], "You resolved it already"),
        (["resolve", "reopen"], "Reopened by you"),
        (["reopen"], "It is open already"),
    ],
)
async def test_each_action_tells_the_truth(
    alice: Browser, page: str, actions: list[str], told: str
) -> None:
    for action in actions:
        answer = await alice.submit(page, f"{page}/{action}")
    assert told in (await alice.follow(answer)).words


async def test_a_reopen_that_cannot_be_says_why(
    alice: Browser, database: Database, scene: Scene, incident: Incident, site: Site, page: str
) -> None:
    await alice.submit(page, f"{page}/resolve")
    async with database.writing() as session:
        newer = await make_incident(session, site.now, scene.shop)
    answer = await alice.submit(page, f"{page}/reopen")
    told = f"Not reopened: the same trouble is open as #{newer.id}"
    assert told in (await alice.follow(answer)).words
    site.now += timedelta(days=8)
    answer = await alice.submit(page, f"{page}/reopen")
    assert (
        "Not reopened: it was resolved more than 7 days ago" in (await alice.follow(answer)).words
    )


async def test_a_flash_that_is_not_ours_is_not_shown(alice: Browser, page: str) -> None:
    alice.client.cookie_jar.update_cookies({"flash": "WyJCYWQiLCB0cnVlXQ==.0123"})
    answer = await alice.get(page)
    assert answer.status == 200
    assert "Bad" not in answer.words


async def test_an_edit_changes_what_was_touched_and_names_it(
    alice: Browser, database: Database, scene: Scene, incident: Incident, page: str
) -> None:
    shown = {"was_title": "Payment failed", "was_level": "error", "was_app": "1"}
    fields = {"title": "Bank is away", "level": "crit", "app": "1"}
    answer = await alice.submit(
        page, f"{page}/edit", **shown, **fields, was_assignee="", assignee=str(scene.bob.id)
    )
    assert "Saved." in (await alice.follow(answer)).words
    edited = await reread(database, incident)
    assert (edited.title, edited.level) == ("Bank is away", Level.crit)
    assert edited.assignee
    assert edited.assignee.name == "Bob"
    assert await kinds(database, incident) == [Kind.opened, Kind.edited]
    await alice.submit(page, f"{page}/edit", was_assignee=str(scene.bob.id), assignee="")
    assert (await reread(database, incident)).assignee is None


async def test_an_old_form_does_not_undo_what_somebody_else_edited(
    alice: Browser, database: Database, scene: Scene, incident: Incident, page: str, now: datetime
) -> None:
    async with database.writing() as session:
        changes = incidents.Changes(level=Level.crit)
        await incidents.edit(session, now, incident.id, actor_of(scene.bob), changes)
    old = {"was_level": "error", "level": "error", "was_title": "Payment failed"}
    await alice.submit(page, f"{page}/edit", **old, title="Bank is away")
    edited = await reread(database, incident)
    assert (edited.title, edited.level) == ("Bank is away", Level.crit)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"title": " "}, 400, "A title has 1 to 1000 characters."),
        ({"title": "x" * 1001}, 400, "A title has 1 to 1000 characters."),
        ({"level": "loud"}, 400, "This is not one of the levels."),
        ({"app": "x"}, 400, "This is not one of the choices."),
        ({"app": "99"}, 404, "There is nothing here"),
        ({"assignee": "99"}, 404, "There is nothing here"),
    ],
)
async def test_a_bad_edit_is_told_beside_its_field(
    alice: Browser,
    database: Database,
    incident: Incident,
    page: str,
    fields: dict[str, str],
    status: int,
    told: str,
) -> None:
    shown = {"was_title": "Payment failed", "was_level": "error", "was_app": "1"}
    answer = await alice.submit(page, f"{page}/edit", **shown, **{"title": "Kept", **fields})
    assert answer.status == status
    assert told in answer.words
    assert (await reread(database, incident)).title == "Payment failed"


async def test_moving_to_an_app_that_has_it_already_is_refused(
    alice: Browser, database: Database, incident: Incident, page: str, now: datetime
) -> None:
    async with database.writing() as session:
        mailer = (await apps.register(session, now, "Mailer")).app
        await make_incident(session, now, mailer)
    answer = await alice.submit(page, f"{page}/edit", was_app="1", app=str(mailer.id))
    assert answer.status == 400
    assert "This app has the same incident already, unresolved." in answer.words
    assert (await reread(database, incident)).app.name == "Shop"


async def test_a_comment_stands_in_the_timeline(
    alice: Browser, incident: Incident, page: str
) -> None:
    answer = await alice.submit(page, f"{page}/comment", text="One\r\nTwo\x00 <b>")
    shown = await alice.follow(answer)
    assert "Comment added." in shown.words
    assert "One\nTwo &lt;b&gt;" in shown.text


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "x" * 4001])
async def test_a_comment_that_cannot_be_taken_is_told_and_kept(
    alice: Browser, database: Database, incident: Incident, page: str, text: str
) -> None:
    answer = await alice.submit(page, f"{page}/comment", text=text)
    assert answer.status == 400
    assert "A comment has 1 to 4000 characters." in answer.words
    assert text.strip("\x00 \n") in answer.text
    assert await kinds(database, incident) == [Kind.opened]


@pytest.mark.parametrize("action", ["acknowledge", "comment", "edit"])
async def test_an_incident_that_is_not_there_cannot_be_changed(
    alice: Browser, page: str, action: str
) -> None:
    answer = await alice.submit(page, f"/incidents/999/{action}", text="Hello", title="New")
    assert answer.status == 404


async def test_an_action_nobody_knows_is_not_found(alice: Browser, page: str) -> None:
    assert (await alice.submit(page, f"{page}/explode")).status == 404
