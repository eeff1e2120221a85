"""Every command: what it prints, what it changes, and how it says no."""

import asyncio
import json
import re
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click
import pytest

import dispatcher
from core import access, people
from core.clock import utc_now
from core.db import Database
from core.gate import Gate
from core.i18n import translator_of
from core.models import Person
from core.schema import known_revisions
from tests.commands import CommandLine

HEAD = known_revisions()[0]
CODE = r"[0-9a-f]{32}"


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, monkeypatch)


@pytest.fixture
async def database(line: CommandLine) -> AsyncIterator[Database]:
    """The database that the commands work on, once one of them has made it."""
    opened = Database(line.database_url)
    yield opened
    await opened.close()


async def run(line: CommandLine, *arguments: str) -> str:
    """Run a command beside the loop of the test."""
    return await asyncio.to_thread(line.prints, *arguments)


def rows(line: CommandLine, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(line.database_url.removeprefix("sqlite+aiosqlite:///"))) as file:
        return file.execute(query).fetchall()


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def test_every_command_explains_itself(line: CommandLine) -> None:
    everything = dict(commands(dispatcher.main))
    assert everything.keys() == {
        *("serve", "demo", "migrate", "health", "doctor", "login-link"),
        *("app", "app add", "app list", "app rotate", "token", "token add"),
        *("digest", "digest show"),
    }
    for words, command in everything.items():
        text = line.prints(*words.split(), "--help")
        assert text.startswith(f"Usage: main {words} ")
        assert command.help
        assert command.help.partition("\n")[0] in " ".join(text.split())
    assert line.prints("-h") == line.prints("--help")


def test_an_app_is_registered_and_its_code_shown_with_a_command_to_try(line: CommandLine) -> None:
    text = line.prints("app", "add", "Bob's shop", public_url="https://dispatcher.example.com/")
    code = re.search(rf"^code:  ({CODE})   \(shown only now\)$", text, re.MULTILINE)
    assert code
    assert text.startswith("app:   Bob's shop\n")
    command = text.partition("\n\n")[2]
    assert "curl https://dispatcher.example.com/api/v1/reports" in command
    echo = command.replace("curl", "printf '%s\\n'", 1)
    said = subprocess.check_output(["sh", "-c", echo], text=True).splitlines()
    assert said[1:3] == ["-H", f"Authorization: Bearer {code[1]}"]
    assert json.loads(said[4]) == {
        "incident": {"title": "Hello", "level": "error"},
        "app_name": "Bob's shop",
    }


async def test_an_app_registered_as_json_is_just_its_id_name_and_code(
    line: CommandLine, database: Database
) -> None:
    text = await run(line, "app", "add", "  Магазин ", "--json")
    app = json.loads(text)
    assert text.count("\n") == 1
    assert list(app) == ["id", "name", "code"]
    assert (app["id"], app["name"]) == (1, "Магазин")
    assert re.fullmatch(CODE, app["code"])
    assert await Gate(database, utc_now).app_id("Магазин", app["code"]) == 1


def test_an_app_has_the_level_and_the_chats_it_was_given(line: CommandLine) -> None:
    line.prints("app", "add", "Plain")
    line.prints(
        *("app", "add", "Shop", "--level", "crit"),
        *("--chat", "-1001", "--chat", "55", "--chat", "-1001"),
    )
    assert rows(line, "SELECT app_id, chat_id FROM app_chats ORDER BY chat_id") == [
        (2, -1001),
        (2, 55),
    ]
    assert rows(line, "SELECT is_default FROM chats") == [(0,), (0,)]
    assert line.prints("app", "list") == (
        "1\tPlain\twarning\t0 unresolved\n2\tShop\tcrit\t0 unresolved\n"
    )


def test_what_cannot_be_an_app_is_refused_in_one_sentence(line: CommandLine) -> None:
    line.prints("app", "add", "Shop")
    taken = "name: there is an app named Shop already"
    assert line.fails("app", "add", "Shop") == taken
    assert line.fails("app", "add", " Shop ", "--json", "--chat", "-1001") == taken
    for name in ("", " ", "x" * 101, "two\nlines"):
        assert line.fails("app", "add", name) == "name: a name has 1 to 100 printable characters"
    assert rows(line, "SELECT name FROM apps") == [("Shop",)]
    assert rows(line, "SELECT id FROM chats") == []


async def test_a_rotated_code_works_beside_the_old_one(
    line: CommandLine, database: Database
) -> None:
    old = json.loads(await run(line, "app", "add", "Shop", "--json"))["code"]
    text = await run(line, "app", "rotate", "Shop")
    new = re.findall(rf"code:  ({CODE})", text)
    gate = Gate(database, utc_now)
    assert {await gate.app_id("Shop", code) for code in (old, *new)} == {1}
    assert len({old, *new}) == 2


def test_an_unknown_app_cannot_be_rotated(line: CommandLine) -> None:
    assert line.fails("app", "rotate", "Nobody") == "app Nobody does not exist"


async def test_a_token_is_printed_once_and_only_its_hash_is_kept(
    line: CommandLine, database: Database
) -> None:
    token = (await run(line, "token", "add", "ci")).strip()
    async with database.reading() as session:
        found = await access.find_api_token(session, token)
    assert found is not None
    assert (found.name, token in found.hash) == ("ci", False)
    wall = (await run(line, "token", "add", "wall", "--viewer")).strip()
    async with database.reading() as session:
        found = await access.find_api_token(session, wall)
    assert found
    assert found.role == "viewer"
    again = await asyncio.to_thread(line.fails, "token", "add", "ci")
    assert again == "name: there is a token named ci already"


async def test_a_login_link_is_the_operators_or_a_known_persons(
    line: CommandLine, database: Database
) -> None:
    now = utc_now()
    unknown = await asyncio.to_thread(line.fails, "login-link", "--telegram-id", "101")
    assert unknown == "person with Telegram id 101 does not exist"
    async with database.writing() as session:
        await people.ensure_person(session, now, 101, "Alice")
    who = []
    for choice in ((), ("--telegram-id", "101")):
        link = (await run(line, "login-link", *choice)).strip()
        path, _, secret = link.rpartition("/")
        assert path == "http://127.0.0.1:8080/login"
        async with database.writing() as session:
            web_session = await access.sign_in(session, utc_now(), secret, timedelta(days=1))
            person = await access.person_of_session(session, utc_now(), web_session or "")
            assert isinstance(person, Person)
            who.append((person.name, person.telegram_id))
    assert who == [("operator", None), ("Alice", 101)]


def test_the_digest_is_shown_in_the_language_of_the_settings(line: CommandLine) -> None:
    assert "\nOpened: 0 (0)\n" in line.prints("digest", "show")
    opened = translator_of("ru")("Opened")
    text = line.prints("digest", "show", locale="ru", timezone="Europe/Moscow")
    assert f"\n{opened}: 0 (0)\n" in text
    assert "MSK" in text


def test_a_migration_says_from_where_to_where(line: CommandLine) -> None:
    assert line.prints("migrate") == f"empty -> {HEAD}\n"
    assert line.prints("migrate") == f"already at {HEAD}\n"
