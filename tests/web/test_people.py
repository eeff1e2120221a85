"""Roles on the pages: who gives them, and what a viewer may not do."""

from datetime import datetime

import pytest

from core.db import Database
from core.models import Chat, Person
from core.roles import Policy, Role
from tests.factories import OPS, Scene, make_incident
from tests.web.browsers import Browser, Site
from web import app

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POLICY = f"/chats/{OPS}/policy"


async def name(database: Database, person: Person, role: Role | None) -> None:
    async with database.writing() as session:
        (await session.get_one(Person, person.id)).role = role


async def role_of(database: Database, person: Person) -> str | None:
    async with database.reading() as session:
        return (await session.get_one(Person, person.id)).role


async def policy(database: Database) -> str:
    async with database.reading() as session:
        return (await session.get_one(Chat, OPS)).policy


async def test_an_admin_names_roles(alice: Browser, database: Database, scene: Scene) -> None:
    await name(database, scene.alice, Role.admin)
    path = f"/people/{scene.bob.id}/role"
    answer = await alice.submit("/people", path, role="viewer")
    assert "Saved." in (await alice.follow(answer)).words
    assert await role_of(database, scene.bob) == Role.viewer
    await alice.submit("/people", path, role="")
    assert await role_of(database, scene.bob) is None
    assert (await alice.submit("/people", path, role="king")).status == 400
    assert (await alice.submit("/people", "/people/999/role", role="viewer")).status == 404


async def test_an_admin_decides_who_may_press_in_a_chat(
    alice: Browser, database: Database, scene: Scene
) -> None:
    await name(database, scene.alice, Role.admin)
    answer = await alice.submit("/chats", POLICY, policy="named")
    assert answer.location == f"/chats#chat{OPS}"
    assert await policy(database) == Policy.named
    assert (await alice.submit("/chats", POLICY, policy="nobody")).status == 400


async def test_nobody_else_decides_who_may_what(
    alice: Browser, database: Database, scene: Scene
) -> None:
    page = await alice.get("/people")
    assert "Bob no role" in page.words
    assert "<select" not in page.text
    for path, fields in (
        (f"/people/{scene.alice.id}/role", {"role": "admin"}),
        (POLICY, {"policy": "named"}),
    ):
        answer = await alice.submit("/chats", path, **fields)
        assert answer.status == 403
        assert "Your role does not allow this" in answer.words
    assert await role_of(database, scene.alice) is None
    assert await policy(database) == Policy.anyone


async def test_a_viewer_sees_an_incident_without_the_means_to_change_it(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
    path = f"/incidents/{incident.id}"
    assert f'action="{path}/resolve"' in (await alice.get(path)).text
    await name(database, scene.alice, Role.viewer)
    page = await alice.get(path)
    assert "Payment failed" in page.words
    assert f'action="{path}/' not in page.text


async def test_a_viewer_changes_nothing_but_may_leave(
    alice: Browser, site: Site, database: Database, scene: Scene, subtests: pytest.Subtests
) -> None:
    await name(database, scene.alice, Role.viewer)
    page = await alice.get("/incidents")
    assert "You are a viewer: you can look at everything, but change nothing." in page.words
    posts = [route.path for route in app.PAGES if route.method == "POST"]
    examples = {f"/incidents/{app.ID}/comment": "/incidents/1/comment"}
    changes = [examples.get(path, path) for path in posts if "{" not in examples.get(path, path)]
    for path in changes:
        with subtests.test(path=path):
            answer = await alice.post(path, {"csrf": page.csrf, "text": "hello"})
            assert answer.status == (303 if path == "/logout" else 403)
    assert set(changes) >= {"/apps", "/incidents/1/comment", "/logout"}
