"""Apps: their names, their codes, and what is left of them when archived."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import apps
from core.db import Database
from core.errors import InvalidInput, NotFound
from core.incidents import act
from core.levels import Level
from core.lifecycle import Action
from core.secrets import hash_of
from core.timeline import Actor
from tests.core.races import both_at_once, committed
from tests.factories import Scene, make_incident

DAY = timedelta(days=1)


async def codes(session: AsyncSession, now: datetime, app_id: int) -> list[str]:
    return [code.hash for code in await apps.live_codes(session, now, app_id)]


async def test_a_new_app_has_a_code_of_32_hex_digits_and_a_lowest_level(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        new = await apps.register(session, now, "  Shop ")
        assert (new.app.name, new.app.lowest_level) == ("Shop", Level.warning)
        assert (new.app.created_at, new.app.archived_at) == (now, None)
        assert await codes(session, now, new.app.id) == [hash_of(new.code)]
    assert len(new.code) == 32
    assert set(new.code) <= set("0123456789abcdef")


async def test_a_name_is_anything_people_can_read(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        for name in ("я" * 100, "My App v2.0", "a'b\"c", "🔥", "%_"):
            assert (await apps.register(session, now, name)).app.name == name
            assert (await apps.find_app_by_name(session, name)).name == name


async def test_a_name_nobody_can_read_is_refused(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        for name in ("", "  ", "x" * 101, "a\nb", "a\0b", "a\x1bb", "\ud800", "a\u202eb"):
            with pytest.raises(InvalidInput, match="name: a name has 1 to 100 printable"):
                await apps.register(session, now, name)
        assert await apps.all_apps(session) == []


async def test_a_taken_name_is_refused_and_the_transaction_goes_on(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        with pytest.raises(InvalidInput, match="there is an app named Shop already"):
            await apps.register(session, now, " Shop")
        await apps.register(session, now, "Warehouse")
    async with database.reading() as session:
        assert [app.name for app in await apps.all_apps(session)] == ["Shop", "Warehouse"]


async def test_a_rename_to_a_taken_name_is_refused_and_the_transaction_goes_on(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        warehouse = (await apps.register(session, now, "Warehouse")).app
    async with database.writing() as session:
        with pytest.raises(InvalidInput, match="there is an app named Shop already"):
            await apps.edit_app(
                session, warehouse.id, name="Shop", lowest_level=Level.crit, quiet_hours=None
            )
        kept = await apps.find_app(session, warehouse.id)
        assert (kept.name, kept.lowest_level) == ("Warehouse", Level.warning)


async def test_of_two_who_take_a_name_at_once_one_gets_it(
    database: Database, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="there is an app named Shop already"):
        await both_at_once(
            database,
            lambda session: apps.register(session, now, "Shop"),
            lambda session: apps.register(session, now, "Shop"),
        )
    async with database.reading() as session:
        assert len(await apps.all_apps(session)) == 1


async def test_an_edit_may_keep_the_name(database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        app = await apps.edit_app(
            session, scene.shop.id, name="Shop", lowest_level=Level.debug, quiet_hours=24
        )
    assert (app.name, app.lowest_level, app.quiet_hours) == ("Shop", Level.debug, 24)


async def test_after_a_rotation_the_old_code_works_for_the_overlap(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        new = await apps.rotate(session, now, scene.shop.id, DAY)
        both = [hash_of(new.code), hash_of(scene.code)]
        moment = timedelta(microseconds=1)
        assert await codes(session, now, scene.shop.id) == both
        assert await codes(session, now + DAY - moment, scene.shop.id) == both
        assert await codes(session, now + DAY, scene.shop.id) == both[:1]


async def test_a_rotation_without_overlap_ends_the_old_code_at_once(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        new = await apps.rotate(session, now, scene.shop.id, timedelta(0))
        assert await codes(session, now, scene.shop.id) == [hash_of(new.code)]


async def test_a_second_rotation_shortens_an_overlap_and_never_lengthens_one(
    database: Database, scene: Scene, now: datetime
) -> None:
    hour = timedelta(hours=1)
    async with database.writing() as session:
        second = await apps.rotate(session, now, scene.shop.id, DAY)
        third = await apps.rotate(session, now, scene.shop.id, hour)
        assert await codes(session, now + hour, scene.shop.id) == [hash_of(third.code)]
        await apps.rotate(session, now, scene.shop.id, 30 * DAY)
        left = await codes(session, now + hour, scene.shop.id)
    assert hash_of(second.code) not in left
    assert hash_of(scene.code) not in left


async def test_a_rotation_leaves_the_codes_of_other_apps(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        other = await apps.register(session, now, "Warehouse")
        await apps.rotate(session, now, scene.shop.id, timedelta(0))
        assert await codes(session, now, other.app.id) == [hash_of(other.code)]


async def test_an_archived_app_keeps_the_day_it_was_archived_and_can_come_back(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for at in (now, now + DAY):
            app = await apps.archive(session, at, scene.shop.id, archived=True)
            assert app.archived_at == now
        app = await apps.archive(session, now, scene.shop.id, archived=False)
        assert app.archived_at is None


async def test_the_list_counts_what_is_unresolved_and_has_archived_apps_last(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        for name in ("Attic", "Zoo"):
            await apps.register(session, now, name)
        attic = await apps.find_app_by_name(session, "Attic")
        await apps.archive(session, now, attic.id, archived=True)
        for hour, title in enumerate(["One", "Two", "Three"]):
            at = now + timedelta(hours=hour)
            incident = await make_incident(session, at, scene.shop, title)
        await act(session, now, incident.id, Action.resolve, alice)
    async with database.reading() as session:
        rows = await apps.app_list(session)
    assert [(row.app.name, row.unresolved, row.last_seen_at) for row in rows] == [
        ("Shop", 2, now + timedelta(hours=2)),
        ("Zoo", 0, None),
        ("Attic", 0, None),
    ]


async def test_what_does_not_exist_is_not_found(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound, match="app Nobody does not exist"):
            await apps.find_app_by_name(session, "Nobody")
        for use in (
            apps.find_app(session, 404),
            apps.rotate(session, now, 404, DAY),
            apps.archive(session, now, 404, archived=True),
            apps.edit_app(session, 404, name="x", lowest_level=Level.info, quiet_hours=None),
        ):
            with pytest.raises(NotFound, match="app 404 does not exist"):
                await use


async def test_two_rotations_at_once_leave_both_new_codes_working(
    database: Database, scene: Scene, now: datetime
) -> None:
    one, other = await both_at_once(
        database,
        lambda session: apps.rotate(session, now, scene.shop.id, DAY),
        lambda session: apps.rotate(session, now, scene.shop.id, DAY),
    )
    live = await committed(database, lambda session: codes(session, now, scene.shop.id))
    assert {hash_of(one.code), hash_of(other.code)} <= set(live)
