"""The timeline: in the order of what happened, the newest part of a long one."""

from datetime import datetime, timedelta

from core import timeline
from core.db import Database
from core.incidents import act
from core.lifecycle import Action
from core.timeline import MAX_SHOWN, STATUS_KINDS, SYSTEM, Actor, Kind, Source, append
from tests.factories import Scene, make_incident


async def test_entries_stand_in_the_order_in_which_they_were_written(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for hour, action in enumerate(
            [Action.acknowledge, Action.snooze, Action.resolve, Action.reopen], start=1
        ):
            await act(session, now + timedelta(hours=hour), incident.id, action, alice)
    async with database.reading() as session:
        entries = await timeline.timeline(session, incident.id)
    assert [entry.kind for entry in entries] == [
        "opened",
        "acknowledged",
        "snoozed",
        "resolved",
        "reopened",
    ]
    assert [entry.at for entry in entries] == [now + timedelta(hours=hour) for hour in range(5)]


async def test_entries_of_one_moment_keep_their_order(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for n in range(10):
            append(session, incident.id, now, Kind.commented, alice, {"text": str(n)})
        entries = (await timeline.timeline(session, incident.id))[1:]
    assert [entry.data for entry in entries] == [{"text": str(n)} for n in range(10)]


async def test_of_a_long_timeline_the_newest_entries_are_shown(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for n in range(MAX_SHOWN + 5):
            append(session, incident.id, now, Kind.commented, alice, {"text": str(n)})
        await session.flush()
        entries = await timeline.timeline(session, incident.id)
    assert len(entries) == MAX_SHOWN
    assert (entries[0].data, entries[-1].data) == ({"text": "5"}, {"text": str(MAX_SHOWN + 4)})


async def test_a_timeline_holds_nothing_of_another_incident(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        one = await make_incident(session, now, scene.shop, "One")
        other = await make_incident(session, now, scene.shop, "Other")
        await act(session, now, other.id, Action.resolve, alice)
        assert len(await timeline.timeline(session, one.id)) == 1
        assert (await timeline.last_status_entry(session, one.id)).kind == Kind.opened


async def test_what_is_not_about_the_status_is_not_behind_it(
    database: Database, scene: Scene, now: datetime, alice: Actor
) -> None:
    others = set(Kind) - set(STATUS_KINDS)
    assert others == {Kind.level_raised, Kind.commented, Kind.edited, Kind.refused}
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for kind in others:
            append(session, incident.id, now, kind, alice)
        assert (await timeline.last_status_entry(session, incident.id)).kind == Kind.opened


async def test_an_entry_keeps_its_time_source_and_data_exactly(
    database: Database, scene: Scene, now: datetime
) -> None:
    at = now.replace(microsecond=123_457)
    data = {"title": ["Ёж", None], "n": 1.5, "deep": {"list": [True, {}]}}
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        append(session, incident.id, at, Kind.edited, SYSTEM, data)
    async with database.reading() as session:
        entry = (await timeline.timeline(session, incident.id))[-1]
    assert (entry.at, entry.source, entry.person_id) == (at, Source.system, None)
    assert entry.data == data


async def test_a_name_too_long_for_the_column_is_cut(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        append(session, incident.id, now, Kind.commented, Actor("я" * 300, Source.api))
        await session.flush()
        assert (await timeline.timeline(session, incident.id))[-1].actor == "я" * 130
