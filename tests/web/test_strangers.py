"""Charlie is a stranger: he is shown no page, and nothing that he posts is taken."""

import re
from datetime import datetime, timedelta
from itertools import product

import pytest

from core import access
from core.db import Database
from core.incidents import find
from core.lifecycle import Status
from tests.factories import Scene, make_incident
from tests.web.browsers import Browser, Site
from web import app
from web.intake.routes import INTAKE_ROUTES

FOR_EVERYBODY = {
    "GET /login",
    "GET /login/{token}",
    "POST /login/{token}",
    "GET /language/{locale:en|ru}",
}
# Beside the wire formats, each of which has a test of its own with Charlie's code.
FOR_PROGRAMS = re.compile(r"\w+ (/api/|/static/|/healthz|/readyz|/metrics|/telegram/webhook)")
EXAMPLES = {
    "id": "1",
    "action": "resolve",
    "change": "archive",
    "chat": "-1001",
    "kind": "card",
    "how": "replay",
    "verb": "pause",
}
VARIABLE = re.compile(r"{(\w+):(?:[^{}]|{[^{}]*})*}")
PATHS = [
    (route.method, VARIABLE.sub(lambda found: EXAMPLES[found[1]], route.path))
    for route in app.PAGES
]


def test_only_these_pages_are_shown_to_everybody() -> None:
    assert {f"{route.method} {route.path}" for route in app.OPEN_PAGES} == FOR_EVERYBODY
    others = [route for route in app.MACHINES if route not in INTAKE_ROUTES]
    assert all(FOR_PROGRAMS.match(f"{route.method} {route.path}") for route in others)


@pytest.fixture
async def incident_id(database: Database, scene: Scene, now: datetime) -> int:
    async with database.writing() as session:
        return (await make_incident(session, now, scene.shop, "The secret title")).id


async def test_a_stranger_is_sent_to_the_sign_in_page(
    charlie: Browser, database: Database, incident_id: int, subtests: pytest.Subtests
) -> None:
    for method, path in PATHS:
        with subtests.test(method=method, path=path):
            ask = charlie.get if method == "GET" else charlie.post
            answer = await ask(path)
            assert answer.status == 303
            assert answer.location.startswith("/login")
            assert "secret" not in answer.text
    async with database.reading() as session:
        incident = await find(session, incident_id)
    assert (incident.status, incident.title) == (Status.open, "The secret title")


async def test_a_post_without_the_right_token_is_refused(
    alice: Browser, database: Database, incident_id: int, subtests: pytest.Subtests
) -> None:
    posts = [path for method, path in PATHS if method == "POST"]
    for path, token in product(posts, ("", "f" * 64, "\x00")):
        with subtests.test(path=path, token=token):
            answer = await alice.post(path, {"csrf": token, "title": "New", "text": "Hi"})
            assert answer.status == 403
            assert "This was not accepted" in answer.words
    async with database.reading() as session:
        incident = await find(session, incident_id)
    assert (incident.status, incident.title) == (Status.open, "The secret title")


async def test_a_post_from_another_site_is_refused_even_with_the_token(
    alice: Browser, incident_id: int
) -> None:
    token = (await alice.get("/incidents/1")).csrf
    path = f"/incidents/{incident_id}/resolve"
    assert (await alice.post(path, {"csrf": token}, Sec_Fetch_Site="cross-site")).status == 403
    assert (await alice.post(path, {"csrf": token}, Origin="null")).status == 403
    ours = f"http://127.0.0.1:{alice.site.server.port}"
    assert (await alice.post(path, {"csrf": token}, Origin=ours)).status == 303


async def test_the_token_of_one_session_is_worthless_in_another(
    alice: Browser, site: Site, scene: Scene, incident_id: int
) -> None:
    async with site.browser() as bob:
        await bob.sign_in(scene.bob)
        token = (await bob.get("/incidents")).csrf
    assert (await alice.post(f"/incidents/{incident_id}/resolve", {"csrf": token})).status == 403


async def test_the_token_of_a_sign_in_page_opens_nothing_else(
    alice: Browser,
    charlie: Browser,
    database: Database,
    scene: Scene,
    now: datetime,
    incident_id: int,
) -> None:
    async with database.writing() as session:
        link = await access.new_login_link(session, now, scene.charlie, timedelta(minutes=10))
    token = (await charlie.get(f"/login/{link}")).csrf
    assert token
    assert (await alice.post(f"/incidents/{incident_id}/resolve", {"csrf": token})).status == 403
