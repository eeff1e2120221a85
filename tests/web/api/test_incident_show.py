"""GET /api/v1/incidents/{id}: the incident with its timeline and its reports."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from core.db import Database
from core.incidents import Changes, act, comment, edit
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Incident
from core.shown import message_link
from core.timeline import Source
from tests.factories import OPS, Scene, actor_of, add_report
from tests.web.api.programs import Program

MINUTE = timedelta(minutes=1)


async def test_the_answer_has_the_incident_its_timeline_and_its_report(
    ci: Program, incident: Incident
) -> None:
    body = (await ci.get(f"/incidents/{incident.id}")).body
    assert body["incident"]["title"] == "Payment failed"
    (entry,) = body["timeline"]
    assert entry == {
        "id": entry["id"],
        "at": "2026-11-23T09:00:00.000000Z",
        "kind": "opened",
        "by": "Shop",
        "source": "app",
        "data": {},
    }
    (report,) = body["reports"]
    assert report == {
        "id": report["id"],
        "report_id": report["report_id"],
        "level": "error",
        "title": "Payment failed",
        "message": "The bank did not answer",
        "tags": {"region": "eu"},
        "context": {},
        "dropped": 0,
        "occurred_at": "2026-11-23T09:00:00.000000Z",
        "received_at": "2026-11-23T09:00:00.000000Z",
    }
    assert body["next_reports_cursor"] is None


async def test_the_timeline_says_who_did_what_and_when(
    ci: Program, database: Database, scene: Scene, incident: Incident, now: datetime
) -> None:
    bob = actor_of(scene.bob, Source.web)
    async with database.writing() as session:
        await act(session, now + MINUTE, incident.id, Action.snooze, bob)
        await comment(session, now + MINUTE, incident.id, bob, "<b>mine</b>")
        await edit(session, now + MINUTE, incident.id, bob, Changes(level=Level.crit))
    body = (await ci.get(f"/incidents/{incident.id}")).body
    told = [(entry["kind"], entry["by"], entry["source"]) for entry in body["timeline"][1:]]
    assert told == [
        ("snoozed", "Bob", "web"),
        ("commented", "Bob", "web"),
        ("edited", "Bob", "web"),
    ]
    data = [entry["data"] for entry in body["timeline"][1:]]
    assert data == [
        {"until": "2026-11-23T10:01:00.000000Z"},
        {"text": "<b>mine</b>"},
        {"level": ["error", "crit"]},
    ]
    assert body["incident"]["snoozed_until"] == "2026-11-23T10:01:00.000000Z"


async def test_reports_come_fifty_at_a_time_newest_first(
    ci: Program, database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        for number in range(1, 60):
            await add_report(session, now + number * MINUTE, incident)
    first = (await ci.get(f"/incidents/{incident.id}")).body
    assert len(first["reports"]) == 50
    assert first["reports"][0]["received_at"] == "2026-11-23T09:59:00.000000Z"
    cursor = first["next_reports_cursor"]
    second = (await ci.get(f"/incidents/{incident.id}", reports_cursor=cursor)).body
    assert len(second["reports"]) == 10
    assert second["next_reports_cursor"] is None
    assert second["reports"][-1]["received_at"] == "2026-11-23T09:00:00.000000Z"


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "1.5"])
async def test_a_bad_cursor_is_a_400_that_names_it(
    ci: Program, incident: Incident, cursor: str
) -> None:
    reply = await ci.get(f"/incidents/{incident.id}", reports_cursor=cursor)
    assert (reply.status, reply.field) == (400, "reports_cursor")


@pytest.mark.parametrize("number", ["999", "9" * 18, "9" * 30])
async def test_an_unknown_incident_is_a_404(ci: Program, number: str) -> None:
    assert (await ci.get(f"/incidents/{number}")).status == 404


@pytest.mark.parametrize(
    ("chat", "link"), [(-1001234567890, "https://t.me/c/1234567890/77"), (-4242, None), (42, None)]
)
def test_only_a_supergroups_message_has_an_address(chat: int, link: str | None) -> None:
    assert message_link(chat, 77) == link


async def test_an_incident_says_where_in_telegram_it_is(
    ci: Program, database: Database, incident: Incident
) -> None:
    assert (await ci.get(f"/incidents/{incident.id}")).body["incident"]["telegram"] is None
    async with database.writing() as session:
        await session.execute(update(Card).values(message_id=77))
    told = (await ci.get(f"/incidents/{incident.id}")).body["incident"]["telegram"]
    assert told == message_link(OPS, 77)
