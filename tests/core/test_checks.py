"""Checks: when silence counts, one slug an app, plans within limits, and a bounded number."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core import checks
from core.check_plans import CheckStatus, Plan, due_of, slug_of
from core.checks import (
    check_by_slug,
    checks_of,
    create_check,
    delete_check,
    edit_check,
    ensure_check,
)
from core.db import Database
from core.errors import InvalidInput, NotFound
from core.heartbeats import Heartbeat, beat
from core.levels import Level
from core.models import Check, Ping
from tests.core.races import Work, both_at_once
from tests.factories import Scene

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def check(status: CheckStatus = CheckStatus.up, **changes: Any) -> Check:
    values = {
        "period_seconds": 3600,
        "cron": None,
        "time_zone": "UTC",
        "grace_seconds": 60,
        "level": Level.error,
        "last_ping_at": NINE,
        "started_at": None,
    }
    return Check(status=status, **{**values, **changes})


@pytest.mark.parametrize(
    ("one", "minutes"),
    [
        (check(), 61),
        (check(period_seconds=None, cron="30 * * * *"), 31),
        (check(period_seconds=None, cron="0 13 * * *", time_zone="Europe/Moscow"), 61),
        (check(started_at=NINE + timedelta(minutes=10)), 11),
        (check(CheckStatus.new, last_ping_at=None), None),
        (check(CheckStatus.new, last_ping_at=None, started_at=NINE), 1),
        (check(CheckStatus.down, started_at=NINE), None),
        (check(CheckStatus.paused), None),
    ],
)
def test_silence_counts_after_the_period_and_the_grace(one: Check, minutes: int | None) -> None:
    assert due_of(one) == (None if minutes is None else NINE + timedelta(minutes=minutes))


def test_a_slug_comes_of_a_name() -> None:
    assert slug_of(" Nightly backup, db_1! ") == "nightly-backup-db_1"
    assert slug_of("-a--b") == "-a--b"
    assert len({slug_of("Копия db"), slug_of("Резерв db"), slug_of("Копия"), slug_of("")}) == 4
    assert slug_of("Копия db") == slug_of("Копия db")
    assert len(slug_of("x" * 1000)) <= 100


def ensured(app_id: int) -> Work[tuple[Check, bool]]:
    return lambda session: ensure_check(session, NINE, app_id, slug="backup")


async def test_of_two_who_make_the_same_check_one_does(database: Database, scene: Scene) -> None:
    app_id = scene.shop.id
    (one, made), (other, made_again) = await both_at_once(
        database, ensured(app_id), ensured(app_id)
    )
    assert (one.id, made, made_again) == (other.id, True, False)


@SQLITE
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("slug", {"slug": "Backup"}),
        ("slug", {"slug": "x" * 101}),
        ("name", {"name": "x" * 101}),
        ("period", {"plan": Plan(period=timedelta(seconds=9))}),
        ("period", {"plan": Plan()}),
        ("grace", {"plan": Plan(period=HOUR, grace=timedelta(0))}),
        ("cron", {"plan": Plan(cron="at noon")}),
        ("cron", {"plan": Plan(cron="0 0 30 2 *")}),
        ("time_zone", {"plan": Plan(period=HOUR, time_zone="Mars/Olympus")}),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    database: Database, scene: Scene, field: str, values: dict[str, Any]
) -> None:
    async with database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            await create_check(session, NINE, scene.shop.id, **{"slug": "backup", **values})
    assert refused.value.field == field


@SQLITE
async def test_a_slug_is_taken_once_and_an_app_has_so_many_checks(
    database: Database, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MAX_CHECKS", 1)
    async with database.writing() as session:
        await create_check(session, NINE, scene.shop.id, slug="backup")
        for slug in ("backup", "another"):
            with pytest.raises(InvalidInput):
                await create_check(session, NINE, scene.shop.id, slug=slug)
        assert [one.name for one in await checks_of(session, scene.shop.id)] == ["backup"]


@SQLITE
async def test_a_new_plan_counts_from_the_last_heartbeat(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        made = await create_check(session, NINE, scene.shop.id, slug="backup")
        await beat(session, NINE, made.id, Heartbeat())
        plan = Plan(cron="0 * * * *", grace=timedelta(minutes=1))
        edited = await edit_check(session, NINE, made.id, name=" The  backup ", plan=plan)
    assert (edited.name, edited.due_at) == ("The backup", NINE + timedelta(minutes=61))


@SQLITE
async def test_a_deleted_check_is_gone_with_its_history(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        made = await create_check(session, NINE, scene.shop.id, slug="backup")
        await beat(session, NINE, made.id, Heartbeat())
        await delete_check(session, made.id)
        assert await session.scalar(select(func.count()).select_from(Ping)) == 0
        with pytest.raises(NotFound):
            await delete_check(session, made.id)


async def test_what_is_no_slug_is_nobodys(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        assert await check_by_slug(session, scene.shop.id, "\0") is None
        with pytest.raises(InvalidInput):
            await ensure_check(session, NINE, scene.shop.id, slug="\0")
