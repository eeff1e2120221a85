"""The gate: one answer for every stranger, little asked of the database, nothing old believed."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from core import apps
from core import gate as gates
from core.apps import NAME_CHARS, NewCode
from core.db import Database
from core.errors import Unauthorized
from core.gate import FRESH_SECONDS, RECHECK_SECONDS, Gate
from core.secrets import new_code
from tests.factories import Scene

OVERLAP = timedelta(hours=24)


class Clocks:
    """The wall's clock and the machine's seconds, moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.wall = now
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clocks(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks(now)
    monkeypatch.setattr(gates, "monotonic", made.monotonic)
    return made


@pytest.fixture
def gate(database: Database, clocks: Clocks) -> Gate:
    return Gate(database, clocks.now)


@pytest.fixture
def reads(database: Database, scene: Scene) -> list[str]:
    """Every statement that the database is asked from here on."""
    statements: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    return statements


async def refused(gate: Gate, name: str, code: str) -> str:
    with pytest.raises(Unauthorized) as refusal:
        await gate.app_id(name, code)
    return str(refusal.value)


async def rotated(database: Database, now: datetime, scene: Scene) -> NewCode:
    async with database.writing() as session:
        return await apps.rotate(session, now, scene.shop.id, OVERLAP)


async def test_a_name_and_its_code_prove_the_app(scene: Scene, gate: Gate) -> None:
    assert await gate.app_id("Shop", scene.code) == scene.shop.id


async def test_every_stranger_gets_the_same_answer_for_the_same_work(
    database: Database, scene: Scene, gate: Gate, reads: list[str], now: datetime
) -> None:
    async with database.writing() as session:
        old = await apps.register(session, now, "Old")
        await apps.archive(session, now, old.app.id, archived=True)
    answers, work = set(), set()
    for name, code in (
        ("Shop", new_code()),
        ("Shop", ""),
        ("Shop", scene.code.upper()),
        ("Shop", f"{scene.code} "),
        ("Shop", "\ud800 ключ"),
        ("shop", scene.code),
        ("Nobody", scene.code),
        ("Nobody", ""),
        ("", ""),
        ("Old", old.code),
    ):
        reads.clear()
        gate.forget()
        answers.add(await refused(gate, name, code))
        work.add(tuple(reads))
    assert answers == {"unknown app or wrong code"}
    assert len(work) == 1


async def test_the_database_is_asked_once_in_a_while_for_right_and_for_unknown(
    scene: Scene, gate: Gate, reads: list[str], clocks: Clocks
) -> None:
    await gate.app_id("Shop", scene.code)
    await refused(gate, "Nobody", scene.code)
    once = len(reads)
    clocks.seconds += RECHECK_SECONDS - 0.01
    for _ in range(3):
        await gate.app_id("Shop", scene.code)
        await refused(gate, "Shop", "wrong")
        await refused(gate, "Nobody", scene.code)
    assert len(reads) == once
    clocks.seconds += FRESH_SECONDS - RECHECK_SECONDS
    await gate.app_id("Shop", scene.code)
    assert len(reads) == once
    clocks.seconds += 0.01
    await gate.app_id("Shop", scene.code)
    assert len(reads) > once


async def test_many_who_ask_at_once_cause_one_reading(
    scene: Scene, gate: Gate, reads: list[str]
) -> None:
    await gate.app_id("Shop", scene.code)
    once = len(reads)
    gate.forget()
    found = await asyncio.gather(*(gate.app_id("Shop", scene.code) for _ in range(20)))
    assert set(found) == {scene.shop.id}
    assert len(reads) == 2 * once


async def test_what_was_just_made_elsewhere_works_at_once(
    database: Database, scene: Scene, gate: Gate, clocks: Clocks, now: datetime
) -> None:
    await gate.app_id("Shop", scene.code)
    await refused(gate, "New", "code")
    new_code_of_shop = (await rotated(database, now, scene)).code
    async with database.writing() as session:
        new = await apps.register(session, now, "New")
    clocks.seconds += RECHECK_SECONDS
    assert await gate.app_id("Shop", new_code_of_shop) == scene.shop.id
    assert await gate.app_id("New", new.code) == new.app.id


async def test_what_was_just_ended_elsewhere_is_believed_no_longer_than_memory_lasts(
    database: Database, scene: Scene, gate: Gate, clocks: Clocks, now: datetime
) -> None:
    await gate.app_id("Shop", scene.code)
    async with database.writing() as session:
        await apps.archive(session, now, scene.shop.id, archived=True)
    clocks.seconds += FRESH_SECONDS
    await refused(gate, "Shop", scene.code)


async def test_what_was_ended_in_this_process_is_believed_no_longer(
    database: Database, scene: Scene, gate: Gate, now: datetime
) -> None:
    await gate.app_id("Shop", scene.code)
    async with database.writing() as session:
        await apps.archive(session, now, scene.shop.id, archived=True)
    gate.forget()
    await refused(gate, "Shop", scene.code)


async def test_old_and_new_code_work_until_the_overlap_ends_to_the_moment(
    database: Database, scene: Scene, gate: Gate, clocks: Clocks, now: datetime
) -> None:
    new = (await rotated(database, now, scene)).code
    clocks.wall = now + OVERLAP - timedelta(microseconds=1)
    for code in (scene.code, new):
        assert await gate.app_id("Shop", code) == scene.shop.id
    clocks.wall = now + OVERLAP
    await refused(gate, "Shop", scene.code)
    assert await gate.app_id("Shop", new) == scene.shop.id


async def test_strangers_cannot_fill_the_memory(
    scene: Scene, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "MAX_REMEMBERED", 3)
    for n in range(5):
        await refused(gate, f"{n} {'x' * 10_000}", "code")
    assert len(gate._known) == 3
    assert max(map(len, gate._known)) == NAME_CHARS + 1
    assert await gate.app_id("Shop", scene.code) == scene.shop.id


async def test_a_longer_name_is_not_taken_for_the_app_it_begins_with(
    database: Database, scene: Scene, gate: Gate, now: datetime
) -> None:
    longest = "n" * NAME_CHARS
    async with database.writing() as session:
        new = await apps.register(session, now, longest)
    assert await gate.app_id(longest, new.code) == new.app.id
    for longer in (f"{longest}n", f"{longest} ", longest * 2):
        await refused(gate, longer, new.code)
