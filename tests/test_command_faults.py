"""How commands say no: in a sentence that names what to change, never with a traceback."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from core.schema import known_revisions
from tests.commands import CommandLine
from tests.programs import ROOT, free_port


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, monkeypatch)


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
            f"the database is at revision 9999, this program knows up to {known_revisions()[0]}: "
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
