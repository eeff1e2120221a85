"""Every command: what it prints, what it changes, and how it says no."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import dispatcher
from core import access, people
from core.clock import utc_now
from core.db import Database
from core.gate import Gate
from core.i18n import translator_of
from core.models import Person
from core.schema import known_revisions
from tests.commands import CommandLine
from tests.programs import ROOT, free_port

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


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def test_every_command_explains_itself(line: CommandLine) -> None:
    everything = list(commands(dispatcher.main))
    assert {" ".join(path) for path in everything} == {
        *("serve", "demo", "migrate", "health", "doctor", "login-link"),
        *("app", "app add", "app list", "app rotate", "token", "token add"),
        *("digest", "digest show"),
    }
    for path in [(), *everything]:
        for flag in ("--help", "-h"):
            text = line.prints(*path, flag)
            assert text.startswith(f"Usage: main {' '.join(path)}".rstrip())
        *_, explanation, _ = text.split("\n\n") if "\n\n" in text else ["", text, ""]
        assert explanation.strip(), path


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


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("app", "add"), "Missing argument 'NAME'"),
        (("app", "add", "Shop", "--level", "loud"), "'loud' is not one of 'debug', 'info'"),
        (("app", "add", "Shop", "--chat", "ops"), "'ops' is not a valid integer"),
        (("login-link", "--telegram-id", "bob"), "'bob' is not a valid integer"),
        (("fly",), "No such command 'fly'"),
    ],
)
def test_a_command_that_is_none_is_answered_with_its_usage(
    line: CommandLine, arguments: tuple[str, ...], reason: str
) -> None:
    result = line.run(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr


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


def test_every_command_refuses_a_database_that_is_too_new(line: CommandLine) -> None:
    line.prints("migrate")
    with closing(sqlite3.connect("dispatcher.db")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    for arguments in (
        ("serve",),
        ("migrate",),
        ("app", "add", "Shop"),
        ("app", "list"),
        ("app", "rotate", "Shop"),
        ("token", "add", "ci"),
        ("login-link",),
        ("digest", "show"),
    ):
        assert line.fails(*arguments) == (
            f"the database is at revision 9999, this program knows up to {HEAD}: "
            "start the newer Dispatcher, or restore the copy made before the upgrade"
        )


def test_a_database_that_does_not_answer_is_a_setting_to_look_at(line: CommandLine) -> None:
    away = f"postgresql://dispatcher:geheim@127.0.0.1:{free_port()}/db"
    for arguments in (("serve",), ("migrate",), ("app", "list")):
        text = line.fails(*arguments, database_url=away)
        first, second = text.splitlines()
        assert first == "these settings cannot be used:"
        assert second.startswith("  DISPATCHER_DATABASE_URL: it does not answer: ")
        assert "geheim" not in text


def test_all_faults_of_the_settings_come_at_once_by_name_and_without_secrets(
    line: CommandLine,
) -> None:
    text = line.fails(
        "serve",
        database_url="mysql://u:geheim@h/db",
        listen="8080",
        bot_token="geheim",
        admin_chat="ops",
        timezone="Mars/Base",
        secret_key="geheim",
    )
    names = re.findall(r"^  DISPATCHER_(\w+): .", text, re.MULTILINE)
    assert sorted(names) == [
        "ADMIN_CHAT",
        "BOT_TOKEN",
        "DATABASE_URL",
        "LISTEN",
        "SECRET_KEY",
        "TIMEZONE",
    ]
    assert "geheim" not in text


@pytest.mark.parametrize("command", [("health",), ("doctor",), ("migrate",), ("app", "list")])
def test_every_command_names_faults_of_the_settings(
    line: CommandLine, command: tuple[str, ...]
) -> None:
    assert "DISPATCHER_LISTEN: write it as ADDRESS:PORT" in line.fails(*command, listen="8080")


def test_a_taken_port_is_told_in_a_sentence(line: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        text = line.fails("serve", listen=f"127.0.0.1:{taken.getsockname()[1]}")
    assert "DISPATCHER_LISTEN: cannot listen there: " in text
    assert "already in use" in text
    assert len(text.splitlines()) == 2


async def test_health_asks_the_server_itself_whatever_proxy_there_is(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    async with TestServer(app) as server:
        for address in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - asked, not bound
            listen = f"{address}:{server.port}"
            text = await asyncio.to_thread(line.prints, "health", listen=listen)
            assert json.loads(text) == {"status": "ok"}


async def test_health_says_when_nobody_or_somebody_else_answers(line: CommandLine) -> None:
    text = line.fails("health", listen=f"127.0.0.1:{free_port()}")
    assert re.fullmatch(r"no answer from 127\.0\.0\.1:\d+: .*refused.*", text)
    async with TestServer(web.Application()) as other:
        listen = f"127.0.0.1:{other.port}"
        text = await asyncio.to_thread(line.fails, "health", listen=listen)
        assert text == f"{listen} answers 404: 404: Not Found"

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1") as mail:
        listen = f"127.0.0.1:{mail.sockets[0].getsockname()[1]}"
        text = await asyncio.to_thread(line.fails, "health", listen=listen)
        assert text.startswith(f"no answer from {listen}: ")


def test_a_small_command_loads_no_bot_and_no_web_and_asks_for_no_time_zone() -> None:
    check = (
        "import sys, dispatcher; print([name for name in"
        " ('aiogram', 'aiohttp', 'jinja2', 'bot', 'web') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", check],
        cwd=ROOT,
        env={**os.environ, "TZ": "Nowhere/At_All"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
