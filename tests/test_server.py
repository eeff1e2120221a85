"""The server as a whole: it starts with what it has, and stops without losing what it took."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

import dispatcher
from bot.simulator import seed
from bot.simulator.simulator import Simulator
from core import apps
from core.clock import utc_now
from core.db import Database
from core.errors import SettingsError
from core.facts import SECRET_KEY
from core.models import Chat, DigestSchedule, Fact, Report
from core.settings import Settings, load_settings
from dispatcher import Server
from tests.databases import run_on_postgres
from tests.programs import Program, free_port

TOKEN = "42:simulated-telegram-token"


def settings_for(database_url: str, **overrides: Any) -> Settings:
    listen = f"127.0.0.1:{free_port()}"
    return load_settings(_env_file=None, database_url=database_url, listen=listen, **overrides)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Server]:
    server = Server(settings)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


async def new_code(database: Database) -> str:
    async with database.writing() as session:
        return (await apps.register(session, utc_now(), "Shop")).code


def body(code: str, uid: UUID) -> bytes:
    incident = {"title": f"Failed {uid}", "report_id": str(uid)}
    return json.dumps({"incident": incident, "app_name": "Shop", "code": code}).encode()


async def stored(database: Database) -> set[UUID]:
    async with database.reading() as session:
        return set(await session.scalars(select(Report.uid)))


async def get(settings: Settings, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://{settings.listen}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def test_without_a_token_telegram_is_off_and_the_rest_works(
    database_url: str, database: Database
) -> None:
    code, uid = await new_code(database), uuid4()
    settings = settings_for(database_url, admin_chat=-1001)
    with capture_logs() as logs:
        async with running(settings):
            assert await get(settings, "/healthz") == (200, '{"status": "ok"}')
            assert await get(settings, "/readyz") == (200, '{"status": "ok"}')
            assert (await get(settings, "/login"))[0] == 200
            async with (
                aiohttp.ClientSession() as http,
                http.post(f"http://{settings.listen}/", data=body(code, uid)) as answer,
            ):
                assert answer.status == 202
    said = "Telegram is off: DISPATCHER_BOT_TOKEN is not set; pages and intake work"
    assert ("warning", said) in [(line["log_level"], line["event"]) for line in logs]
    assert await stored(database) == {uid}
    async with database.reading() as session:
        assert (await session.get_one(Chat, -1001)).is_default
        assert (await session.get_one(DigestSchedule, -1001)).enabled


async def test_reports_are_taken_and_the_server_stops_while_the_bot_is_loading(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, uid, loaded = await new_code(database), uuid4(), threading.Event()
    monkeypatch.setattr(dispatcher, "_load_bot", loaded.wait)
    settings = settings_for(database_url, bot_token=TOKEN)
    try:
        async with (
            running(settings),
            aiohttp.ClientSession() as http,
            http.post(f"http://{settings.listen}/", data=body(code, uid)) as answer,
        ):
            assert answer.status == 202
    finally:
        loaded.set()
    assert await stored(database) == {uid}


async def test_a_report_that_is_being_written_at_the_stop_is_written_and_answered(
    database_url: str, database: Database
) -> None:
    code, uid = await new_code(database), uuid4()
    settings = settings_for(database_url)
    server = Server(settings)
    await server.start()
    content = body(code, uid)
    head = f"POST / HTTP/1.1\r\nHost: dispatcher\r\nContent-Length: {len(content)}\r\n\r\n"
    hold = "SELECT 1" if database.is_sqlite else "LOCK TABLE reports IN EXCLUSIVE MODE"
    async with database.writing() as session:
        await session.execute(text(hold))  # whoever else writes has to wait
        reader, writer = await asyncio.open_connection(settings.host, settings.port)
        writer.write(head.encode() + content)
        await get(settings, "/healthz")  # by now the other request was read, too
        stopping = asyncio.create_task(server.stop())
        await closed(settings)
        assert not stopping.done()
    answer = await reader.read()
    await stopping
    writer.close()
    assert answer.startswith(b"HTTP/1.1 202")
    assert await stored(database) == {uid}


async def closed(settings: Settings) -> None:
    """Return when nobody listens any more."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection(settings.host, settings.port)
            except OSError:
                return
            writer.close()


async def test_a_server_that_could_not_start_can_be_stopped(database_url: str) -> None:
    settings = settings_for(database_url)
    async with running(settings):
        with pytest.raises(SettingsError, match="cannot listen there"):
            async with running(settings):
                raise AssertionError("both listen")
        assert (await get(settings, "/healthz"))[0] == 200


async def test_telegram_that_hangs_does_not_keep_the_server_from_stopping(
    database_url: str,
) -> None:
    telegram = Simulator(seed=lambda world: seed.demo(world, TOKEN))
    base = await telegram.start()
    telegram.fault("hang", "getMe")
    settings = settings_for(database_url, bot_token=TOKEN, bot_api_url=base, admin_chat=seed.OPS)
    async with running(settings):
        async with asyncio.timeout(10):
            await telegram.world.changes.until(lambda: not telegram.world.faults.rules or None)
        assert (await get(settings, "/readyz"))[0] == 200
    telegram.clear_faults()
    await telegram.stop()


class BrokenTelegram:
    """Stands for a Telegram part that ends by a fault of its own."""

    async def receive_webhook(self, *_: object) -> bool:
        return False

    async def run(self) -> None:
        raise RuntimeError("out of order")

    async def stop(self) -> None:
        pass


async def test_an_end_of_telegram_ends_the_server_so_that_it_is_started_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "_load_bot", lambda: lambda *_, **__: BrokenTelegram())
    settings = settings_for(database_url, bot_token=TOKEN)
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="out of order"):
            await Server(settings).run()
    await closed(settings)


@pytest.fixture
async def empty_database(postgres: URL) -> AsyncIterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    await run_on_postgres(postgres, f'CREATE DATABASE "{name}"')
    yield postgres.set(database=name).render_as_string(hide_password=False)
    await run_on_postgres(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.postgres
async def test_two_servers_can_start_at_once_on_an_empty_database(empty_database: str) -> None:
    servers = [Server(settings_for(empty_database, admin_chat=-1001)) for _ in range(2)]
    try:
        await asyncio.gather(*(server.start() for server in servers))
    finally:
        for server in servers:
            await server.stop()
    database = Database(empty_database)
    async with database.reading() as session:
        for table in (Chat, DigestSchedule):
            assert await session.scalar(select(func.count()).select_from(table)) == 1
        assert await session.get(Fact, SECRET_KEY)
    await database.close()


async def test_a_report_answered_202_survives_a_kill_at_that_moment(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    code, accepted = await new_code(database), {uuid4() for _ in range(2)}
    program = Program(tmp_path, database_url=database_url)
    for uid in accepted:
        await program.serve()
        async with (
            aiohttp.ClientSession() as http,
            http.post(program.url, data=body(code, uid)) as answer,
        ):
            assert answer.status == 202
            await program.kill()
    assert await stored(database) == accepted


async def test_sigterm_under_load_loses_no_report_that_was_accepted(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    program = Program(tmp_path, database_url=database_url)
    code = await new_code(database)
    await program.serve()
    accepted: set[UUID] = set()
    statuses: set[int] = set()
    enough = asyncio.Event()

    async def report(http: aiohttp.ClientSession) -> None:
        while True:
            uid = uuid4()
            try:
                async with http.post(program.url, data=body(code, uid)) as answer:
                    statuses.add(answer.status)
                    if answer.status == 202:
                        accepted.add(UUID((await answer.json())["report"]))
            except aiohttp.ClientError:
                return
            if len(accepted) > 50:
                enough.set()

    try:
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as senders:
            for _ in range(16):
                senders.create_task(report(http))
            await enough.wait()
            assert await program.terminate() == 0
    finally:
        await program.close()
    assert statuses <= {202, 503}
    assert accepted <= await stored(database)
    said = [json.loads(line) for line in program.log]
    assert said[-1]["event"] == "stopping"
    assert {line["level"] for line in said} == {"info", "warning"}
    assert any(line["event"].startswith("Telegram is off") for line in said)
