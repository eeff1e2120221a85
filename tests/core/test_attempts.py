"""Attempts: what is written before a call, what is drawn for it, and what became of it."""

from datetime import datetime, timedelta

import pytest

from core.db import Database
from core.delivery import (
    DOUBT_PAUSE,
    MAX_BACKOFF,
    URGENT_DOUBT_PAUSE,
    begin_cards,
    card_work,
    doubt,
    doubt_pause,
    mark_shown,
    put_back,
    want,
)
from core.incidents import act
from core.lifecycle import Action, Status
from core.models import Incident
from core.timeline import Actor
from core.urgency import Urgency
from tests.core.cards import BASE_URL, begun, card_of, count_on, due, shown
from tests.core.races import both_at_once
from tests.factories import OPS

MOMENT = timedelta(microseconds=1)


async def test_a_message_that_was_begun_is_due_again_only_after_a_pause(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await card_of(session, incident)
        first = await begun(session, now, card.id)
        assert (first.card.generation, first.doubts) == (1, 1)
        assert await due(session, now + DOUBT_PAUSE - MOMENT) == []
        assert await due(session, now + DOUBT_PAUSE) == [card.id]
        again = await begun(session, now + DOUBT_PAUSE, card.id)
        assert (again.card.generation, again.doubts) == (2, 2)


async def test_an_edit_that_was_begun_is_due_as_before(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await shown(session, now, incident)
        await want(session, now, incident.id)
        work = await begun(session, now, card.id)
        assert (work.message_id, work.doubts) == (77, 0)
        assert await due(session, now) == [card.id]


async def test_what_is_not_due_cannot_be_begun(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await shown(session, now, incident)
        assert await begin_cards(session, now, [card.id, 404]) == set()
        assert await card_work(session, now, card.id, BASE_URL) is None


async def test_of_two_who_begin_a_card_at_once_one_does(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.reading() as session:
        card = await card_of(session, incident)
    assert await both_at_once(
        database,
        lambda session: begin_cards(session, now, [card.id]),
        lambda session: begin_cards(session, now, [card.id]),
    ) == ({card.id}, set())


async def test_a_card_that_was_begun_shows_the_newest_state_whenever_it_was_wanted(
    database: Database, incident: Incident, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        card_id = (await card_of(session, incident)).id
        await act(session, now, incident.id, Action.acknowledge, alice)
        await act(session, now, incident.id, Action.resolve, alice)
        work = await begun(session, now, card_id)
    card = work.card
    assert (work.revision, work.message_id, work.chat_id, work.locale) == (3, None, OPS, "en")
    assert (card.number, card.app, card.title) == (incident.id, "Shop", "Payment failed")
    assert (card.status, card.resolved_by, card.resolved_at) == (Status.resolved, "Alice", now)
    assert (card.holder, card.actions) == ("Alice", (Action.reopen,))
    assert card.url == f"{BASE_URL}/incidents/{incident.id}"


async def test_a_wish_during_the_call_stays_due_after_it(
    database: Database, incident: Incident, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        work = await begun(session, now, (await card_of(session, incident)).id)
        await act(session, now, incident.id, Action.acknowledge, alice)
        assert await due(session, now) == []
        await mark_shown(session, now, work, 77, "hash")
        assert await due(session, now) == [work.id]
        again = await begun(session, now, work.id)
        assert (again.message_id, again.shown_hash, again.attempts) == (77, "hash", 0)
        assert again.card.status is Status.acknowledged
        await mark_shown(session, now, again, 77, "other hash")
        assert await due(session, now) == []


@pytest.mark.parametrize(
    ("during", "left"), [(Urgency.counter, Urgency.counter), (Urgency.person, Urgency.person)]
)
async def test_what_comes_during_an_urgent_call_is_as_urgent_as_it_is_itself(
    database: Database, incident: Incident, now: datetime, during: Urgency, left: Urgency
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        await want(session, now, incident.id)
        work = await begun(session, now, (await card_of(session, incident)).id)
        await count_on(session, incident.id, during)
        await mark_shown(session, now, work, 77, "other hash")
        assert (await card_of(session, incident)).urgency == left


async def test_a_wish_while_another_marks_the_card_shown_is_not_lost(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        work = await begun(session, now, (await card_of(session, incident)).id)
    await both_at_once(
        database,
        lambda session: mark_shown(session, now, work, 77, "hash"),
        lambda session: want(session, now, incident.id),
    )
    async with database.reading() as session:
        assert await due(session, now) == [work.id]


async def test_a_card_that_was_put_back_is_due_later_with_its_failures_counted(
    database: Database, incident: Incident, now: datetime
) -> None:
    later = now + timedelta(minutes=5)
    async with database.writing() as session:
        work = await begun(session, now, (await card_of(session, incident)).id)
        await put_back(session, work, later)
        assert await due(session, later - MOMENT) == []
        again = await begun(session, later, work.id)
        assert (again.attempts, again.doubts, again.message_id) == (1, 1, None)


async def test_a_lost_message_is_replaced_by_a_new_one(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        await want(session, now, incident.id)
        work = await begun(session, now, (await card_of(session, incident)).id)
        assert work.message_id == 77
        await put_back(session, work, now, message_lost=True)
        again = await begun(session, now, work.id)
        assert (again.message_id, again.shown_hash) == (None, None)
        await mark_shown(session, now, again, 88, "hash")
        card = await card_of(session, incident)
        assert (card.message_id, card.shown_revision) == (88, card.wanted_revision)


async def test_a_second_message_waits_the_longer_the_more_may_be_there(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card_id = (await card_of(session, incident)).id
        await doubt(session, now, await begun(session, now, card_id))
        assert await due(session, now + DOUBT_PAUSE - MOMENT) == []
        again = await begun(session, now + DOUBT_PAUSE, card_id)
        await mark_shown(session, now, again, 88, "hash")
        assert (await card_of(session, incident)).doubts == 0


async def test_an_edit_of_unknown_outcome_is_simply_repeated(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await shown(session, now, incident)
        await want(session, now, incident.id)
        await doubt(session, now, await begun(session, now, card.id))
        assert await due(session, now + timedelta(seconds=1)) == [card.id]


@pytest.mark.parametrize(
    ("urgency", "doubts", "pause"),
    [
        (Urgency.page, 1, URGENT_DOUBT_PAUSE),
        (Urgency.person, 2, 2 * URGENT_DOUBT_PAUSE),
        (Urgency.new, 1, DOUBT_PAUSE),
        (Urgency.new, 10**6, MAX_BACKOFF),
    ],
)
def test_what_people_wait_for_is_doubted_shortly(
    urgency: Urgency, doubts: int, pause: timedelta
) -> None:
    assert doubt_pause(urgency, doubts) == pause
