"""GET /api/v1/incidents: the filters and the pages of the list."""

from datetime import datetime, timedelta

import pytest

from core.apps import register
from core.db import Database
from core.incidents import act
from core.levels import Level
from core.lifecycle import Action
from tests.factories import Scene, actor_of, make_incident
from tests.web.api.programs import Program

HOUR = timedelta(hours=1)


@pytest.fixture
async def three(database: Database, scene: Scene, now: datetime) -> None:
    """Bank is open, Stock acknowledged by Bob, Mail of another app resolved."""
    async with database.writing() as session:
        post = (await register(session, now, "Post")).app
        await make_incident(session, now, scene.shop, "Bank failed", level=Level.crit)
        stock = await make_incident(session, now + HOUR, scene.shop, "Stock is negative")
        mail = await make_incident(session, now + 2 * HOUR, post, "Mail is late", level=Level.info)
        bob = actor_of(scene.bob)
        await act(session, now + HOUR, stock.id, Action.acknowledge, bob)
        await act(session, now + 2 * HOUR, mail.id, Action.resolve, bob)


async def titles(ci: Program, *query: tuple[str, object]) -> list[str]:
    reply = await ci.ask("GET", "/incidents", params=[(name, str(it)) for name, it in query])
    assert reply.status == 200, reply.body
    return [incident["title"] for incident in reply.body["incidents"]]


@pytest.mark.usefixtures("three")
async def test_the_list_is_what_is_unresolved_newest_first(ci: Program) -> None:
    assert await titles(ci) == ["Stock is negative", "Bank failed"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "statuses", [["resolved", "open"], ["resolved,open"], [" Open ,resolved", ""]]
)
async def test_statuses_may_be_repeated_or_joined_by_commas(
    ci: Program, statuses: list[str]
) -> None:
    found = await titles(ci, *(("status", status) for status in statuses))
    assert found == ["Mail is late", "Bank failed"]


@pytest.mark.usefixtures("three")
async def test_filters_narrow_the_list(ci: Program, now: datetime) -> None:
    assert await titles(ci, ("level", "CRITICAL")) == ["Bank failed"]
    assert await titles(ci, ("q", "NEGATIVE stock")) == ["Stock is negative"]
    assert await titles(ci, ("app", "Shop"), ("status", "acknowledged")) == ["Stock is negative"]
    assert await titles(ci, ("app", "Post")) == []
    since = (now + HOUR).isoformat().replace("+00:00", "Z")
    assert await titles(ci, ("since", since)) == ["Stock is negative"]
    assert await titles(ci, ("until", since)) == ["Bank failed"]


@pytest.mark.usefixtures("three")
async def test_times_are_utc_unless_they_say_otherwise(ci: Program) -> None:
    assert await titles(ci, ("since", "2026-11-23T10:00:00")) == ["Stock is negative"]
    assert await titles(ci, ("since", "2026-11-23T13:00:00+03:00")) == ["Stock is negative"]
    assert await titles(ci, ("since", "2026-11-23T13:00:01+03:00")) == []


@pytest.mark.usefixtures("three")
async def test_an_incident_has_the_documented_shape(ci: Program, scene: Scene) -> None:
    reply = await ci.get("/incidents", status="acknowledged")
    (found,) = reply.body["incidents"]
    assert found == {
        "id": found["id"],
        "number": found["id"],
        "status": "acknowledged",
        "level": "error",
        "title": "Stock is negative",
        "message": "The bank did not answer",
        "app": {"id": scene.shop.id, "name": "Shop"},
        "count": 1,
        "opened_at": "2026-11-23T10:00:00.000000Z",
        "last_seen_at": "2026-11-23T10:00:00.000000Z",
        "snoozed_until": None,
        "assignee": {"id": scene.bob.id, "name": "Bob"},
        "predecessor_id": None,
        "url": f"http://127.0.0.1:8080/incidents/{found['id']}",
    }
    assert reply.body["next_cursor"] is None


async def test_cursors_lead_through_all_pages_once(
    ci: Program, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for name in ("one", "two", "three", "four", "five"):
            await make_incident(session, now, scene.shop, name)
    pages: list[list[str]] = []
    cursor = ""
    for _ in range(3):
        body = (await ci.get("/incidents", limit=2, cursor=cursor)).body
        pages.append([incident["title"] for incident in body["incidents"]])
        cursor = body["next_cursor"] or ""
    assert pages == [["five", "four"], ["three", "two"], ["one"]]
    assert cursor == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "broken"),
        ("status", "open,broken"),
        ("level", "terrible"),
        ("app", "Nobody's"),
        ("since", "yesterday"),
        ("until", "0001-01-01T00:00:00+14:00"),
        ("limit", "0"),
        ("limit", "51"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "9" * 5000),
        ("cursor", "xyz"),
        ("cursor", "9" * 39),
        ("cursor", "9" * 5000 + "-1"),
        ("cursor", "999999999999999999-1"),
        ("cursor", "1-99999999999999999999999"),
    ],
)
async def test_a_bad_filter_is_a_400_that_names_it(ci: Program, field: str, value: str) -> None:
    reply = await ci.get("/incidents", **{field: value})
    assert reply.status == 400, reply.body
    assert reply.field == field
    assert reply.reason


@pytest.mark.parametrize("value", ["\0", "\ud800", "%", "_", "'", "a" * 5000, "💥"])
async def test_any_words_can_be_searched_for(ci: Program, value: str) -> None:
    query = {"q": value.encode("utf-8", "replace").decode(), "app": ""}
    assert (await ci.get("/incidents", **query)).body["incidents"] == []
