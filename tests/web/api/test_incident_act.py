"""POST /api/v1/incidents/{id}/{action}: done once, told truly, as the card and the pages do it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.db import Database
from core.incidents import act
from core.lifecycle import TARGET, TRANSITIONS, Action, Status
from core.models import Card, Entry, Incident
from core.timeline import timeline
from tests.factories import Scene, actor_of, make_incident
from tests.web.api.programs import Program
from tests.web.browsers import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MINUTE = timedelta(minutes=1)
WAY_TO = {
    Status.open: (),
    Status.acknowledged: (Action.acknowledge,),
    Status.snoozed: (Action.snooze,),
    Status.resolved: (Action.resolve,),
}


async def newest_entry(database: Database, incident: Incident) -> Entry:
    async with database.reading() as session:
        return (await timeline(session, incident.id))[-1]


async def test_an_action_is_done_in_the_name_of_the_token(
    ci: Program, site: Site, database: Database, incident: Incident
) -> None:
    site.now += 4 * MINUTE
    reply = await ci.post(f"/incidents/{incident.id}/acknowledge")
    assert reply.status == 200
    assert reply.body["changed"] is True
    assert reply.body["by"] == "CI"
    assert reply.body["at"] == "2026-11-23T09:04:00.000000Z"
    assert reply.body["incident"]["status"] == "acknowledged"
    assert reply.body["incident"]["assignee"] is None
    entry = await newest_entry(database, incident)
    assert (entry.kind, entry.actor, entry.source) == ("acknowledged", "CI", "api")


async def test_the_card_is_drawn_again(ci: Program, database: Database, incident: Incident) -> None:
    await ci.post(f"/incidents/{incident.id}/resolve")
    async with database.reading() as session:
        query = select(Card.wanted_revision).where(Card.incident_id == incident.id)
        assert (await session.scalars(query)).all() == [2]
    assert database.delivery_due._rung.is_set()


async def test_whoever_is_second_is_told_who_was_first(
    ci: Program, site: Site, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await act(session, now + MINUTE, incident.id, Action.resolve, actor_of(scene.bob))
    site.now += 5 * MINUTE
    reply = await ci.post(f"/incidents/{incident.id}/resolve")
    assert reply.status == 200
    assert reply.body["changed"] is False
    assert reply.body["by"] == "Bob"
    assert reply.body["at"] == "2026-11-23T09:01:00.000000Z"


async def test_of_many_at_once_one_changes_it(ci: Program, incident: Incident) -> None:
    path = f"/incidents/{incident.id}/acknowledge"
    replies = await asyncio.gather(*(ci.post(path) for _ in range(5)))
    assert {reply.status for reply in replies} == {200}
    assert sorted(reply.body["changed"] for reply in replies) == [False] * 4 + [True]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
async def test_every_action_in_every_status_is_done_was_done_or_is_a_conflict(
    ci: Program, scene: Scene, incident: Incident, now: datetime, status: Status, action: Action
) -> None:
    async with ci.site.database.writing() as session:
        for step in WAY_TO[status]:
            await act(session, now, incident.id, step, actor_of(scene.bob))
    reply = await ci.post(f"/incidents/{incident.id}/{action}")
    if (status, action) in TRANSITIONS:
        assert (reply.status, reply.body["changed"]) == (200, True)
    elif status is TARGET[action]:
        assert (reply.status, reply.body["changed"]) == (200, False)
    else:
        assert (reply.status, reply.field) == (409, None)
        who = "Shop" if status is Status.open else "Bob"
        assert f"by {who} at 2026-11-23T09:00:00.000000Z: cannot {action}" in reply.reason


async def test_an_old_resolve_is_not_undone(
    ci: Program, site: Site, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await act(session, now, incident.id, Action.resolve, actor_of(scene.bob))
    site.now += timedelta(days=8)
    reply = await ci.post(f"/incidents/{incident.id}/reopen")
    assert reply.status == 409
    assert "resolved by Bob" in reply.reason
    assert "too long ago" in reply.reason


async def test_a_reopen_names_the_newer_incident_in_its_way(
    ci: Program, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await act(session, now, incident.id, Action.resolve, actor_of(scene.bob))
        newer = await make_incident(session, now, scene.shop)
    reply = await ci.post(f"/incidents/{incident.id}/reopen")
    assert reply.status == 409
    assert f"#{newer.number}" in reply.reason


async def test_a_snooze_lasts_an_hour_or_as_long_as_it_says(
    ci: Program, incident: Incident
) -> None:
    path = f"/incidents/{incident.id}/snooze"
    reply = await ci.post(path)
    assert reply.body["incident"]["snoozed_until"] == "2026-11-23T10:00:00.000000Z"
    reply = await ci.post(path, {"seconds": 90})
    assert reply.body["incident"]["snoozed_until"] == "2026-11-23T09:01:30.000000Z"


@pytest.mark.parametrize(
    "seconds", [59, 0, -1, 2678401, 10**30, 1.5, True, "3600", None, [], {"seconds": 60}]
)
async def test_a_bad_snooze_is_a_400_that_names_it(
    ci: Program, incident: Incident, seconds: object
) -> None:
    reply = await ci.post(f"/incidents/{incident.id}/snooze", {"seconds": seconds})
    assert (reply.status, reply.field) == (400, "seconds")
    assert (await ci.get(f"/incidents/{incident.id}")).body["incident"]["status"] == "open"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b"\xff", b'"\xed\xa0\x80"', b"[" * 10_000, b"3600"]
)
async def test_a_broken_body_is_a_400(ci: Program, incident: Incident, body: bytes) -> None:
    for action in ("snooze", "comment"):
        reply = await ci.ask("POST", f"/incidents/{incident.id}/{action}", data=body)
        assert (reply.status, reply.field) == (400, "body")


@pytest.mark.parametrize("action", Action)
async def test_an_unknown_incident_is_a_404(ci: Program, action: Action) -> None:
    assert (await ci.post(f"/incidents/999/{action}")).status == 404
