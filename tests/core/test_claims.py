"""Claims: one sender takes a card, draws its newest state, and says what became of it."""

from datetime import datetime, timedelta

from core.db import Database
from core.delivery import CLAIM, claim_card, mark_shown, put_back, release_claims, want
from core.incidents import act
from core.lifecycle import Action, Status
from core.models import Incident
from core.timeline import Actor
from tests.core.cards import BASE_URL, card_of, claimed, due, shown
from tests.core.races import both_at_once
from tests.factories import OPS

MOMENT = timedelta(microseconds=1)


async def test_a_claim_holds_for_its_time(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await card_of(session, incident)
        assert (await claimed(session, now, card.id)).attempts == 1
        assert await due(session, now + CLAIM - MOMENT) == []
        assert await claim_card(session, now + CLAIM - MOMENT, card.id, BASE_URL) is None
        assert await due(session, now + CLAIM) == [card.id]
        assert (await claimed(session, now + CLAIM, card.id)).attempts == 2


async def test_what_is_not_due_cannot_be_claimed(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        card = await shown(session, now, incident)
        assert await claim_card(session, now, card.id, BASE_URL) is None
        assert await claim_card(session, now, 404, BASE_URL) is None


async def test_of_two_claimers_at_once_one_gets_the_card(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.reading() as session:
        card = await card_of(session, incident)
    one, other = await both_at_once(
        database,
        lambda session: claim_card(session, now, card.id, BASE_URL),
        lambda session: claim_card(session, now, card.id, BASE_URL),
    )
    assert one is not None
    assert other is None


async def test_a_claimed_card_shows_the_newest_state_whenever_it_was_wanted(
    database: Database, incident: Incident, now: datetime, alice: Actor
) -> None:
    async with database.writing() as session:
        card_id = (await card_of(session, incident)).id
        await act(session, now, incident.id, Action.acknowledge, alice)
        await act(session, now, incident.id, Action.resolve, alice)
        work = await claimed(session, now, card_id)
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
        work = await claimed(session, now, (await card_of(session, incident)).id)
        await act(session, now, incident.id, Action.acknowledge, alice)
        assert await due(session, now) == []
        await mark_shown(session, now, work, 77, "hash")
        assert await due(session, now) == [work.id]
        again = await claimed(session, now, work.id)
        assert (again.message_id, again.shown_hash, again.attempts) == (77, "hash", 1)
        assert again.card.status is Status.acknowledged
        await mark_shown(session, now, again, 77, "other hash")
        assert await due(session, now) == []


async def test_a_wish_while_another_marks_the_card_shown_is_not_lost(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        work = await claimed(session, now, (await card_of(session, incident)).id)
    await both_at_once(
        database,
        lambda session: mark_shown(session, now, work, 77, "hash"),
        lambda session: want(session, incident.id),
    )
    async with database.reading() as session:
        assert await due(session, now) == [work.id]


async def test_a_card_that_was_put_back_is_due_later_with_its_failures_counted(
    database: Database, incident: Incident, now: datetime
) -> None:
    later = now + timedelta(minutes=5)
    async with database.writing() as session:
        work = await claimed(session, now, (await card_of(session, incident)).id)
        await put_back(session, work, later)
        assert await due(session, later - MOMENT) == []
        again = await claimed(session, later, work.id)
        assert (again.attempts, again.message_id) == (2, None)


async def test_a_lost_message_is_replaced_by_a_new_one(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        await want(session, incident.id)
        work = await claimed(session, now, (await card_of(session, incident)).id)
        assert work.message_id == 77
        await put_back(session, work, now, message_lost=True)
        again = await claimed(session, now, work.id)
        assert (again.message_id, again.shown_hash) == (None, None)
        await mark_shown(session, now, again, 88, "hash")
        card = await card_of(session, incident)
        assert (card.message_id, card.shown_revision) == (88, card.wanted_revision)


async def test_claims_of_a_process_that_is_gone_can_be_released(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        work = await claimed(session, now, (await card_of(session, incident)).id)
        await release_claims(session, now)
        assert await due(session, now) == [work.id]
