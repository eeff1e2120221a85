"""GET /apps/new and POST /apps: the code is shown once, ready to be used."""

import ast
import json
import re
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from html import unescape

import pytest
from sqlalchemy import select

from core.apps import find_app_by_name
from core.chats import routes_of
from core.db import Database
from core.levels import Level
from core.models import App
from core.secrets import hash_of
from tests.web.browsers import Answer, Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODE = re.compile(r"\b[0-9a-f]{32}\b")


async def create(browser: Browser, **fields: str) -> Answer:
    filled = {"name": "Bank", "level": "warning", "chats": "", **fields}
    return await browser.submit("/apps/new", "/apps", **filled)


def snippets(page: Answer) -> list[str]:
    found = re.findall(r'<pre class="snippet"><code>(.*?)</code></pre>', page.text, re.DOTALL)
    return [unescape(snippet) for snippet in found]


async def test_a_new_app_has_what_the_form_said(alice: Browser, database: Database) -> None:
    page = await create(
        alice, level="error", quiet_hours=" 72", chats="-1001\n 42, -1009999999999 42"
    )
    assert page.status == 200
    async with database.reading() as session:
        app = await find_app_by_name(session, "Bank")
        assert (app.lowest_level, app.quiet_hours) == (Level.error, 72)
        assert list(await routes_of(session, app.id)) == [-1009999999999, -1001, 42]


async def test_the_code_is_shown_once_and_kept_as_a_hash(
    alice: Browser, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    page = await create(alice)
    (code,) = set(CODE.findall(page.text))
    assert page.headers["Cache-Control"] == "no-store"
    async with database.reading() as session:
        app = await find_app_by_name(session, "Bank")
        connection = await session.connection()
        kept = (await connection.exec_driver_sql("SELECT hash FROM app_codes")).scalars().all()
    assert hash_of(code) in kept
    assert code not in kept
    for path in ("/apps", f"/apps/{app.id}", f"/apps/{app.id}/edit", f"/apps/{app.id}/log"):
        assert not CODE.search((await alice.get(path)).words)
    assert code not in "".join(capsys.readouterr())


async def test_sending_the_form_again_shows_no_code_again(
    alice: Browser, database: Database
) -> None:
    await create(alice)
    again = await create(alice)
    assert again.status == 400
    assert not CODE.search(again.words)
    assert "belongs to one app only" in again.words
    async with database.reading() as session:
        assert len((await session.scalars(select(App).where(App.name == "Bank"))).all()) == 1


async def printed_by_shell(command: str) -> list[str]:
    """Have a shell print the words it reads in a command, without running it."""
    shell = await create_subprocess_exec(
        "/bin/sh", "-c", f"printf '%s\\n' {command}", stdout=PIPE, env={"LANG": "C.UTF-8"}
    )
    return (await shell.communicate())[0].decode().splitlines()


def arguments_in(program: str) -> dict[str, object]:
    """Read the keywords that a program calls Dispatcher with, without running it."""
    calls = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    (call,) = (it for it in calls if isinstance(it.func, ast.Name) and it.func.id == "Dispatcher")
    return {str(given.arg): ast.literal_eval(given.value) for given in call.keywords}


@pytest.mark.parametrize("name", ["Bank", "O'Brien's $(id) `id` \"shop\" \\n", "Банк & <b>Co</b>"])
async def test_the_snippets_can_be_copied_as_they_are(
    alice: Browser, site: Site, name: str
) -> None:
    code, curl, python, *_ = snippets(await create(alice, name=name))
    words = await printed_by_shell(curl)
    assert words[:3] == ["curl", "-sS", f"{site.settings.base_url}/api/v1/reports"]
    body = json.loads(words[-1])
    assert (body["app_name"], body["code"]) == (name, code)
    assert body["incident"]["level"] == "error"
    given = arguments_in(python)
    assert (given["app_name"], given["dispatcher_code"]) == (name, code)
    assert given["dispatcher_url"] == site.settings.base_url


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 101),
        ("name", "a\tb"),
        ("name", "a\u202eb"),
        ("name", "Shop"),
        ("level", ""),
        ("level", "terrible"),
        ("quiet_hours", "0"),
        ("quiet_hours", "8785"),
        ("quiet_hours", "-1"),
        ("quiet_hours", "soon"),
        ("chats", "ops"),
        ("chats", "0"),
        ("chats", "1_000"),
        ("chats", "9" * 17),
        ("chats", "9" * 5000),
        ("chats", " ".join(map(str, range(1, 22)))),
    ],
)
async def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    alice: Browser, database: Database, field: str, value: str
) -> None:
    fields = {"name": "Bank", "level": "crit", "chats": "-1001", field: value}
    page = await create(alice, **fields)
    assert page.status == 400
    assert f'id="fault-{field}"' in page.text
    if field != "chats":
        assert "-1001</textarea>" in page.text
    if field != "level":
        assert '<option value="crit" selected>' in page.text
    async with database.reading() as session:
        assert [app.name for app in (await session.scalars(select(App))).all()] == ["Shop"]


async def test_names_and_typed_text_are_shown_as_text(alice: Browser) -> None:
    attack = '"><script>alert(1)</script>'
    page = await create(alice, name=attack, chats=attack)
    assert page.status == 400
    assert "<script>alert" not in page.text
    page = await create(alice, name=attack)
    assert page.status == 200
    for path in ("/apps", page.links[-1]):
        assert "<script>alert" not in (await alice.get(path)).text


async def test_the_form_says_which_chats_are_known(alice: Browser) -> None:
    assert "Ops -1001" in (await alice.get("/apps/new")).words


async def test_a_stranger_creates_nothing(charlie: Browser, database: Database) -> None:
    assert (await charlie.get("/apps/new")).location.startswith("/login")
    assert (await charlie.post("/apps", {"name": "Mine", "level": "crit"})).status == 303
    async with database.reading() as session:
        assert len((await session.scalars(select(App))).all()) == 1
