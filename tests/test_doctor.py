"""The doctor: says what is fine, names each thing that is not, and never shows the token."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import bot.doctor
from bot.simulator import seed
from bot.simulator.simulator import Simulator
from core import chat_health, inbox, rivals
from core.chats import ensure_chat
from core.clock import utc_now
from core.db import Database
from core.remedies import Trouble
from core.schema import known_revisions, migrate
from tests.commands import CommandLine
from tests.factories import DEFAULTS
from tests.programs import free_port

TOKEN = "42:simulated-telegram-token"
FINE = rf"""ok    database: SQLite at revision {known_revisions()[0]}
ok    inbox: 0 updates wait, 0 are set aside
ok    messages: 0 sent again, 0 found to be there twice
ok    chats: 0 known, none refuses us
ok    dead letters: none
ok    token: it is @dispatcher_bot on http://127\.0\.0\.1:\d+, not on Telegram's own server
ok    clock: \d s apart from the Bot API server
ok    chat: Ops \(supergroup\)
ok    rights: the bot is an admin there and may write
"""


class Practice:
    """A migrated database, a simulated Telegram, and the doctor that looks at both."""

    def __init__(self, line: CommandLine, telegram: Simulator, base: str) -> None:
        self.line = line
        self.telegram = telegram
        self._settings = {"bot_token": TOKEN, "bot_api_url": base, "admin_chat": seed.OPS}

    async def visit(self, **settings: object) -> tuple[int, str]:
        """Run the doctor; returns its exit code and its report."""
        # In a thread: the simulator answers from the loop of the test.
        result = await asyncio.to_thread(self.line.run, "doctor", **self._settings | settings)
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert TOKEN.partition(":")[2] not in result.output
        return result.exit_code, result.stdout

    async def complaint(self, **settings: object) -> str:
        """Run a doctor who must find just one fault; returns its line."""
        code, report = await self.visit(**settings)
        assert code == 1
        (fault,) = [line for line in report.splitlines() if not line.startswith("ok  ")]
        return fault.removeprefix("FAIL  ")


@pytest.fixture
async def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Practice]:
    line = CommandLine(tmp_path, monkeypatch)
    database = Database(line.database_url)
    await migrate(database)
    await database.close()
    telegram = Simulator(seed=lambda world: seed.demo(world, TOKEN))
    base = await telegram.start()
    yield Practice(line, telegram, base)
    await telegram.stop()
    assert not telegram.unsupported


@pytest.fixture
def bot_id(practice: Practice) -> int:
    (bot,) = practice.telegram.world.state.bots
    return bot


async def test_the_doctor_finds_nothing_and_sends_nothing(practice: Practice) -> None:
    code, report = await practice.visit()
    assert code == 0
    assert re.fullmatch(FINE, report)
    assert practice.telegram.transcript(seed.OPS) == []


async def test_updates_that_were_set_aside_are_named(practice: Practice) -> None:
    database = Database(practice.line.database_url)
    now = datetime.now(UTC)
    async with database.writing() as session:
        await inbox.store(session, now, 42, [inbox.NewUpdate(1, 101, "{}")])
        (row,) = await inbox.due(session, now, 42)
        await inbox.failed(session, now, row.id, "broken", final=True)
    await database.close()
    fault = await practice.complaint()
    assert fault == "inbox: 0 updates wait, 1 are set aside: see /set-aside"


async def test_another_program_that_takes_our_updates_is_named(practice: Practice) -> None:
    database = Database(practice.line.database_url)
    async with database.writing() as session:
        await rivals.note_rival(session, datetime.now(UTC))
    await database.close()
    fault = await practice.complaint()
    assert re.fullmatch(rf"inbox: {rivals.WHAT_TO_DO} \(seen at \d\d:\d\d:\d\d UTC\)", fault)


async def test_a_wrong_token_is_named_but_not_shown(practice: Practice) -> None:
    fault = await practice.complaint(bot_token="43:simulated-telegram-token")
    assert fault == "token: Telegram server says - Unauthorized"


async def test_without_a_token_telegram_is_off(practice: Practice) -> None:
    fault = await practice.complaint(bot_token="")
    assert fault == "telegram: off: DISPATCHER_BOT_TOKEN is not set"


async def test_without_a_chat_cards_go_nowhere(practice: Practice) -> None:
    fault = await practice.complaint(admin_chat="")
    assert fault == (
        "chat: cards go nowhere: add the bot to a group and set it up there with /setup"
    )


async def test_every_chat_in_use_is_looked_at_and_missing_rights_are_named(
    practice: Practice, bot_id: int
) -> None:
    forum = practice.telegram.add_chat("supergroup", "Forum", [seed.ALICE], is_forum=True)
    practice.telegram.set_member(forum.id, bot_id, "administrator", [])
    practice.telegram.set_member(seed.OPS, bot_id, "member")
    database = Database(practice.line.database_url)
    async with database.writing() as session:
        await ensure_chat(session, forum.id, DEFAULTS)
    await database.close()
    code, report = await practice.visit()
    assert code == 0
    assert report.splitlines()[-4:] == [
        "ok    chat: Ops (supergroup)",
        (
            "ok    rights: the bot may write there "
            "(no admin: Telegram may not tell it who is in the chat)"
        ),
        "ok    chat: Forum (supergroup)",
        (
            "ok    rights: the bot is an admin there and may write "
            "(it may not manage topics: cards for a closed one come to General)"
        ),
    ]


async def test_a_chat_that_telegram_does_not_know_is_named(practice: Practice) -> None:
    fault = await practice.complaint(admin_chat=-1009999)
    assert fault.startswith("chat: -1009999: ")
    assert "chat not found" in fault


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_bot_that_is_not_in_the_chat_may_not_write(
    practice: Practice, bot_id: int, status: str
) -> None:
    practice.telegram.set_member(seed.OPS, bot_id, status)  # type: ignore[arg-type]  # one of the names
    code, report = await practice.visit()
    assert code == 1
    assert "FAIL  " in report.splitlines()[-1]
    assert "may write" not in report


async def test_a_bot_that_may_not_write_in_the_chat_is_told_so(
    practice: Practice, bot_id: int
) -> None:
    practice.telegram.set_member(seed.OPS, bot_id, "restricted", [])
    assert await practice.complaint() == "rights: the bot may not write there"


async def test_a_telegram_that_is_away_is_told_without_a_traceback(practice: Practice) -> None:
    fault = await practice.complaint(bot_api_url=f"http://127.0.0.1:{free_port()}")
    assert fault.startswith("token: ")
    assert "Cannot connect" in fault


async def test_a_clock_that_is_wrong_is_told_by_how_much(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def theirs(_: str) -> datetime:
        return datetime.now(UTC) - timedelta(minutes=5)

    monkeypatch.setattr(bot.doctor, "parsedate_to_datetime", theirs)
    fault = await practice.complaint()
    assert fault == "clock: 300 s apart from the Bot API server"


async def test_a_database_that_is_not_migrated_says_what_to_run(
    practice: Practice, tmp_path: Path
) -> None:
    fault = await practice.complaint(database_url=f"sqlite:///{tmp_path}/empty.db")
    assert fault == "database: SQLite is not migrated: run dispatcher migrate"


async def test_a_database_that_is_too_new_or_away_is_told(practice: Practice) -> None:
    database = Database(practice.line.database_url)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    assert "the database is at revision 9999" in await practice.complaint()
    away = f"postgresql://dispatcher:geheim@127.0.0.1:{free_port()}/db"
    fault = await practice.complaint(database_url=away)
    assert fault.startswith("database: PostgreSQL does not answer: ")
    assert "geheim" not in fault


async def test_a_chat_that_refuses_us_is_named_with_what_to_do(practice: Practice) -> None:
    database = Database(practice.line.database_url)
    async with database.writing() as session:
        (await ensure_chat(session, seed.OPS, DEFAULTS)).title = "Ops"
        await chat_health.disable(session, utc_now(), seed.OPS, Trouble.rights, "no rights")
    await database.close()
    assert await practice.complaint() == (
        f"chats: Ops {seed.OPS}: The bot may not write in the chat. (no rights) "
        "Let the bot send messages there, or make it an admin of the chat."
    )
