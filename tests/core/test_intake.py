"""The intake: durable, grouped, counted, bounded; one bad report takes no other with it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from core import apps, logs
from core.db import Database
from core.errors import Overloaded, StorageError, Unauthorized
from core.incidents import act
from core.intake import Intake
from core.intake_groups import Result
from core.levels import Level
from core.lifecycle import Action, Status
from core.models import Card, Entry, HourlyCount, Incident
from core.models import Report as ReportRow
from core.reports import LogPart, Report
from core.timeline import Kind
from tests.core.reporting import report, running_intake
from tests.factories import OPS, Scene, actor_of, make_scene

_END_THE_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def scene(database: Database, now: datetime) -> Scene:
    async with database.writing() as session:
        return await make_scene(session, now)


async def test_a_first_report_opens_an_incident_with_a_card_and_a_timeline(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        receipt = await intake.submit(report(scene.shop.id, now, tags={"part": "till"}))
    assert (receipt.new, receipt.count, receipt.status) == (True, 1, Status.open)
    async with database.reading() as session:
        incident = await session.get_one(Incident, receipt.incident_id)
        card = (await session.scalars(select(Card))).one()
        entry = (await session.scalars(select(Entry))).one()
        stored = (await session.scalars(select(ReportRow))).one()
        tails = await logs.tails_of_report(session, stored.id)
    assert (incident.title, incident.level, incident.opened_at) == (
        "Payment failed",
        Level.error,
        now,
    )
    assert (card.chat_id, card.wanted_revision, card.shown_revision) == (OPS, 1, 0)
    assert entry.kind == Kind.opened
    assert stored.tags == {"part": "till"}
    assert [tail.lines for tail in tails] == [["first line", "second line"]]


async def test_reports_of_one_kind_are_one_incident_and_one_pending_edit(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        receipts = await asyncio.gather(
            *(
                intake.submit(report(scene.shop.id, now, message=f"order {number} failed"))
                for number in range(250)
            )
        )
    assert sorted(receipt.count for receipt in receipts) == list(range(1, 251))
    assert [receipt.new for receipt in receipts].count(True) == 1
    async with database.reading() as session:
        assert (await session.scalars(select(Incident.count))).all() == [250]
        assert (await session.scalars(select(HourlyCount.count))).all() == [250]
        assert await session.scalar(select(func.count()).select_from(ReportRow)) == 250
        assert await session.scalar(select(func.count()).select_from(Card)) == 1


async def test_counts_are_kept_by_hour_level_and_incident(
    database: Database, scene: Scene, now: datetime
) -> None:
    shop = scene.shop.id
    later = now + timedelta(hours=1)
    async with running_intake(database) as intake:
        await intake.submit(report(shop, now, level=Level.warning))
        await intake.submit(report(shop, now, level=Level.error))
        await intake.submit(report(shop, later, level=Level.error))
        await intake.submit(report(shop, later, "Other"))
    async with database.reading() as session:
        rows = await session.execute(
            select(HourlyCount.hour_at, HourlyCount.level, HourlyCount.count).order_by(
                HourlyCount.hour_at, HourlyCount.level, HourlyCount.incident_id
            )
        )
        assert [tuple(row) for row in rows] == [
            (now, Level.warning, 1),
            (now, Level.error, 1),
            (later, Level.error, 1),
            (later, Level.error, 1),
        ]


async def test_the_same_report_id_twice_is_one_report(
    database: Database, scene: Scene, now: datetime
) -> None:
    uid = uuid4()
    same = [report(scene.shop.id, now, uid=uid, uid_is_senders=True) for _ in range(3)]
    async with running_intake(database) as intake:
        together = await asyncio.gather(intake.submit(same[0]), intake.submit(same[1]))
        again = await intake.submit(same[2])
    assert {receipt.incident_id for receipt in [*together, again]} == {again.incident_id}
    assert (again.new, again.count) == (False, 1)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ReportRow)) == 1


async def test_two_apps_may_use_the_same_report_id_and_fingerprint(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        other = (await apps.register(session, now, "Bakery")).app
    uid = uuid4()
    async with running_intake(database) as intake:
        first, second = await asyncio.gather(
            *(
                intake.submit(report(app_id, now, uid=uid, uid_is_senders=True, fingerprint="f"))
                for app_id in (scene.shop.id, other.id)
            )
        )
    assert first.new
    assert second.new
    assert first.incident_id != second.incident_id


async def test_a_report_after_the_resolve_opens_a_new_incident_that_names_its_predecessor(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        first = await intake.submit(report(scene.shop.id, now))
        async with database.writing() as session:
            await act(session, now, first.incident_id, Action.resolve, actor_of(scene.bob))
        second = await intake.submit(report(scene.shop.id, now))
    assert second.new
    async with database.reading() as session:
        incident = await session.get_one(Incident, second.incident_id)
        opened = await session.scalar(
            select(Entry.data).where(Entry.incident_id == incident.id, Entry.kind == Kind.opened)
        )
    assert incident.predecessor_id == first.incident_id
    assert opened == {"level": "error", "predecessor": first.incident_id}


async def test_an_acknowledged_incident_stays_acknowledged_on_further_reports(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        first = await intake.submit(report(scene.shop.id, now))
        async with database.writing() as session:
            await act(session, now, first.incident_id, Action.acknowledge, actor_of(scene.bob))
        second = await intake.submit(report(scene.shop.id, now))
    assert (second.incident_id, second.status) == (first.incident_id, Status.acknowledged)


async def test_a_level_below_the_apps_lowest_makes_no_card_until_it_rises(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        first = await intake.submit(report(scene.shop.id, now, level=Level.info))
        async with database.reading() as session:
            assert (await session.scalars(select(Card))).all() == []
        await intake.submit(report(scene.shop.id, now, level=Level.crit))
    async with database.reading() as session:
        incident = await session.get_one(Incident, first.incident_id)
        assert incident.level == Level.crit
        assert len((await session.scalars(select(Card))).all()) == 1
        kinds = (await session.scalars(select(Entry.kind).order_by(Entry.id))).all()
    assert kinds == [Kind.opened, Kind.level_raised]


async def test_reports_of_an_archived_app_are_refused_even_if_the_gate_let_them_by(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        await apps.archive(session, now, scene.shop.id, archived=True)
    async with running_intake(database) as intake:
        with pytest.raises(Unauthorized):
            await intake.submit(report(scene.shop.id, now))


async def test_what_does_not_fit_is_refused_and_what_was_taken_is_written(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database, max_reports=5, max_bytes=10_000) as intake:
        results = await asyncio.gather(
            *(intake.submit(report(scene.shop.id, now)) for _ in range(8)),
            intake.submit(report(scene.shop.id, now, size=10_000)),
            return_exceptions=True,
        )
    refused = [result for result in results if isinstance(result, Overloaded)]
    assert len(refused) == 4
    assert all(error.retry_after > 0 for error in refused)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ReportRow)) == 5


async def test_who_waits_for_room_gets_in_when_others_were_taken(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database, max_reports=1) as intake:
        first, second = (report(scene.shop.id, now) for _ in range(2))
        written = asyncio.create_task(intake.submit(first))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await intake.submit(second)
        await intake.wait_for_room(second, 30)
        assert (await intake.submit(second)).count == 2
        assert written.done()


async def test_stopping_writes_what_waits_and_takes_no_more(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database, max_batch=3) as intake:
        waiting = [
            asyncio.create_task(intake.submit(report(scene.shop.id, now))) for _ in range(10)
        ]
        await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True] * 10
    assert max(task.result().count for task in waiting) == 10
    with pytest.raises(Overloaded):
        await intake.submit(report(scene.shop.id, now))


async def test_a_report_the_database_refuses_takes_no_other_with_it(
    database: Database, scene: Scene, now: datetime
) -> None:
    bad = report(scene.shop.id, now, "Bad", logs=(LogPart("x", "line", note=None),))  # type: ignore[arg-type]  # what no parser lets by
    async with running_intake(database) as intake:
        results = await asyncio.gather(
            *(intake.submit(report(scene.shop.id, now)) for _ in range(6)),
            intake.submit(bad),
            return_exceptions=True,
        )
    assert isinstance(results[-1], StorageError)
    assert not any(isinstance(result, BaseException) for result in results[:-1])
    async with database.reading() as session:
        assert (await session.scalars(select(Incident.count))).all() == [6]


async def test_two_processes_that_open_the_same_incident_end_with_one(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as one, running_intake(database) as other:
        receipts = await asyncio.gather(
            *(
                intake.submit(report(scene.shop.id, now, f"Failure of {word}"))
                for word in ("till", "stock", "mail", "search")
                for intake in (one, other)
                for _ in range(5)
            )
        )
    assert len({receipt.incident_id for receipt in receipts}) == 4
    async with database.reading() as session:
        assert (await session.scalars(select(Incident.count))).all() == [10] * 4


async def test_a_committed_report_rings_for_delivery(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        await intake.submit(report(scene.shop.id, now))
        async with asyncio.timeout(1):
            await database.delivery_due.wait(60)


async def test_senders_that_send_again_when_answered_share_every_commit(
    database: Database, scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.intake.GATHER_SECONDS", 30)
    sizes: list[int] = []

    async def send_three(intake: Intake) -> None:
        for _ in range(3):
            await intake.submit(report(scene.shop.id, now))

    async with running_intake(database) as intake:
        write = intake._writer.write

        async def counted(reports: Sequence[Report]) -> list[Result]:
            sizes.append(len(reports))
            return await write(reports)

        monkeypatch.setattr(intake._writer, "write", counted)
        await asyncio.gather(*(send_three(intake) for _ in range(8)))
    assert sizes == [8, 8, 8]


async def test_while_the_database_is_away_senders_are_told_to_come_back(
    database: Database, scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def away(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise ConnectionRefusedError

    async with running_intake(database) as intake:
        monkeypatch.setattr(intake._writer, "write", away)
        results = await asyncio.gather(
            *(intake.submit(report(scene.shop.id, now)) for _ in range(20)), return_exceptions=True
        )
    assert all(isinstance(result, Overloaded) for result in results)
    assert tries < 5


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_reports_are_written_after_the_server_ended_the_writers_connection(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_intake(database) as intake:
        await intake.submit(report(scene.shop.id, now))
        async with database.reading() as session:
            ended = (await session.scalars(_END_THE_OTHERS)).all()
        receipt = await intake.submit(report(scene.shop.id, now))
    assert True in ended
    assert receipt.count == 2
