"""Who may use the JSON API: programs with a token, and nobody else."""

import pytest
from aiohttp import ClientSession

from core.db import Database
from core.models import Incident
from core.roles import Role
from core.timeline import timeline
from tests.factories import Scene
from tests.web.api.programs import Program, new_token
from tests.web.browsers import Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ACTIONS = ("acknowledge", "unacknowledge", "resolve", "reopen", "snooze", "comment")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {hash}"]
)
async def test_without_a_right_token_nothing_is_told_or_done(
    site: Site, client: ClientSession, incident: Incident, authorization: str
) -> None:
    token = await new_token(site, "CI")
    charlie = Program(site, client, authorization.format(token=token, hash="0" * 64))
    paths = ["/incidents", f"/incidents/{incident.id}"]
    replies = [await charlie.get(path) for path in paths]
    replies += [await charlie.post(f"{paths[1]}/{action}", {"text": "hi"}) for action in ACTIONS]
    replies += [await charlie.ask(method, "/silences") for method in ("GET", "POST", "DELETE")]
    for reply in replies:
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert reply.body.keys() == {"error"}
        assert reply.field is None
    async with site.database.reading() as session:
        assert [entry.kind for entry in await timeline(session, incident.id)] == ["opened"]


async def test_a_viewers_token_reads_and_changes_nothing(
    site: Site, client: ClientSession, incident: Incident
) -> None:
    wall = Program(site, client, f"Bearer {await new_token(site, 'Wall', Role.viewer)}")
    path = f"/incidents/{incident.id}"
    assert (await wall.get(path)).body["incident"]["status"] == "open"
    replies = [await wall.post(f"{path}/{action}", {"text": "hi"}) for action in ACTIONS]
    replies += [await wall.ask(method, "/silences") for method in ("POST", "DELETE")]
    for reply in replies:
        assert (reply.status, reply.reason) == (403, "Wall may not change anything")
    assert (await wall.get(path)).body["incident"]["status"] == "open"


async def test_the_session_of_a_browser_is_no_token(alice: Browser, incident: Incident) -> None:
    assert (await alice.get("/api/v1/incidents")).status == 401
    assert (await alice.post(f"/api/v1/incidents/{incident.id}/resolve")).status == 401


async def test_a_token_opens_no_page(site: Site, ci: Program) -> None:
    for path in ("/incidents", "/apps", "/digest"):
        async with ci.client.get(
            site.url(path), headers=ci.headers, allow_redirects=False
        ) as response:
            assert response.status == 303


async def test_the_scheme_may_be_written_in_any_case(
    site: Site, scene: Scene, client: ClientSession
) -> None:
    program = Program(site, client, f"bearer {await new_token(site, 'CI')}")
    assert (await program.get("/incidents")).status == 200


@pytest.mark.parametrize("path", ["/nothing", "/incidents/x", "/incidents/1/explode"])
async def test_what_is_not_there_is_a_404_in_json(ci: Program, path: str) -> None:
    reply = await (ci.post(path) if path.endswith("explode") else ci.get(path))
    assert reply.status == 404
    assert reply.reason


async def test_a_wrong_method_is_a_405_in_json(ci: Program) -> None:
    reply = await ci.get("/incidents/1/resolve")
    assert reply.status == 405
    assert "POST" in reply.headers["Allow"]


async def test_a_token_is_kept_as_a_hash_only(site: Site, database: Database) -> None:
    token = await new_token(site, "CI")
    async with database.reading() as session:
        rows = await (await session.connection()).exec_driver_sql("SELECT * FROM api_tokens")
        assert token not in str(rows.all())
