"""Cards reach their chat whatever happens on the way, newest state only, and no call too many."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot import card_delivery
from bot.content import Content
from bot.render import card_content
from core import delivery
from core.cards import Card as CardValue
from core.chats import ensure_chat
from core.db import Database
from core.delivery import card_work
from core.lanes import LEASE
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Chat, Lane
from tests.bot.stage import BOB, WEBHOOK, Stage
from tests.factories import DEFAULTS, OPS


@pytest.mark.parametrize(
    ("level", "silent"), [(Level.crit, False), (Level.error, False), (Level.warning, True)]
)
async def test_only_what_is_bad_makes_a_sound(stage: Stage, level: Level, silent: bool) -> None:
    await stage.incident(level=level)
    async with stage.running():
        assert (await stage.card()).silent is silent


@pytest.mark.parametrize(
    ("loud_from", "silent"), [(Level.crit, True), (Level.error, False), (Level.debug, False)]
)
async def test_a_chat_says_what_is_bad(stage: Stage, loud_from: Level, silent: bool) -> None:
    async with stage.database.writing() as session:
        (await session.get_one(Chat, OPS)).loud_from = loud_from
    await stage.incident(level=Level.error)
    async with stage.running():
        assert (await stage.card()).silent is silent


async def test_what_the_web_does_edits_the_card(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.act(incident, Action.resolve)
        edited = await stage.sim.expect(OPS, text="Resolved by Alice", button="Reopen")
    assert edited.id == card.id


async def test_links_in_cards_are_not_previewed(stage: Stage) -> None:
    await stage.incident(message="see https://example.com/runbook")
    async with stage.running():
        card = await stage.card()
    assert card.current.link_preview == {"is_disabled": True}


async def test_details_is_a_button_when_the_address_is_public(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running(public_url="https://dispatcher.example.com"):
        card = await stage.sim.expect(OPS, button="Details")
    assert card.buttons[-1]["url"] == f"https://dispatcher.example.com/incidents/{incident.id}"


async def test_a_restart_continues_where_it_was(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
    await stage.act(incident, Action.acknowledge)
    await stage.incident(title="Disk full")
    async with stage.running():
        edited = await stage.sim.expect(OPS, text="Alice has it")
        await stage.card("Disk full")
    assert edited.id == card.id
    assert len(stage.sim.calls("sendMessage")) == 2


async def test_many_changes_while_away_are_one_edit(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
    for action in (Action.acknowledge, Action.unacknowledge, Action.resolve):
        await stage.act(incident, action)
    async with stage.running():
        await stage.sim.expect(OPS, text="Resolved by Alice")
    assert len(stage.sim.calls("editMessageText")) == 1


async def test_what_looks_the_same_is_not_sent(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
    await stage.act(incident, Action.acknowledge)
    await stage.act(incident, Action.unacknowledge)
    await stage.incident(title="Disk full")
    async with stage.running():
        await stage.card("Disk full")
    row = await stage.card_row(incident)
    assert stage.sim.calls("editMessageText") == []
    assert row.shown_revision == row.wanted_revision


async def test_not_modified_counts_as_shown(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
    async with stage.database.writing() as session:
        row = await session.get_one(Card, (await stage.card_row(incident)).id)
        row.shown_hash, row.wanted_revision = None, row.wanted_revision + 1
    async with stage.running():
        (call,) = await stage.called("editMessageText")
    assert "message is not modified" in call.description
    row = await stage.card_row(incident)
    assert row.shown_revision == row.wanted_revision
    assert row.shown_hash


async def test_a_deleted_card_comes_back_as_a_new_one(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.delete(OPS, card.id)
        await stage.act(incident, Action.acknowledge)
        new = await stage.sim.expect(OPS, text="Alice has it", button="Unacknowledge")
    assert new.id != card.id
    assert (await stage.card_row(incident)).message_id == new.id


async def test_a_deleted_card_of_what_is_over_stays_deleted(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.delete(OPS, card.id)
        await stage.act(incident, Action.resolve)
        await stage.called("editMessageText")
    row = await stage.card_row(incident)
    assert row.shown_revision == row.wanted_revision
    assert len(stage.sim.calls("sendMessage")) == 1


async def test_a_429_is_obeyed_and_counted(stage: Stage) -> None:
    stage.sim.fault("429", "sendMessage", retry_after=1)
    await stage.incident()
    async with stage.running():
        await stage.card()
    refused, sent = stage.sim.calls("sendMessage")
    assert sent.at - refused.at >= 1
    assert stage.tally.calls == {("sendMessage", "wait"): 1, ("sendMessage", "done"): 1}


async def test_an_edit_of_unknown_outcome_is_repeated(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
        stage.sim.fault("reset_after", "editMessageText")
        await stage.act(incident, Action.resolve)
        await stage.called("editMessageText", 2)
    row = await stage.card_row(incident)
    assert row.shown_revision == row.wanted_revision


async def test_a_gateways_error_page_delays_a_card_and_loses_nothing(stage: Stage) -> None:
    stage.sim.fault("html", "sendMessage")
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
        await stage.lane()
        stage.clock.skip(delivery.DOUBT_PAUSE.total_seconds())
        await stage.card()
    assert len(stage.sim.calls("sendMessage")) == 2


async def test_a_chat_that_put_the_bot_out_is_left_alone_until_it_is_back(stage: Stage) -> None:
    bot_id = next(iter(stage.sim.world.state.bots))
    stage.sim.set_member(OPS, bot_id, "kicked")
    async with stage.running():
        await stage.handled(1)
    assert (await stage.chat_row()).disabled_at
    await stage.incident()
    async with stage.running():
        stage.sim.set_member(OPS, bot_id, "administrator")
        await stage.card()
    assert (await stage.chat_row()).disabled_at is None


async def test_a_chat_that_refuses_us_keeps_the_reason(stage: Stage) -> None:
    text = "Bad Request: not enough rights to send text messages to the chat"
    stage.sim.fault("error", "sendMessage", code=400, description=text, times=None)
    await stage.incident()
    async with stage.running():
        await stage.called("sendMessage")
    chat = await stage.chat_row()
    assert chat.disabled_at
    assert chat.last_error == text
    assert len(stage.sim.calls("sendMessage")) == 1


async def test_a_lease_of_a_killed_process_does_not_hold_a_chat_up(stage: Stage) -> None:
    incident = await stage.incident()
    row = await stage.card_row(incident)
    async with stage.database.writing() as session:
        lane = await session.get_one(Lane, OPS)
        lane.lease_owner, lane.lease_until = 1, stage.clock.now() + LEASE
        await delivery.begin_cards(session, stage.clock.now(), [row.id])
    stage.clock.skip(delivery.DOUBT_PAUSE.total_seconds())
    async with stage.running():
        await stage.card()


async def test_a_chat_that_hangs_does_not_hold_up_another(stage: Stage) -> None:
    other = stage.sim.add_chat("group", "Also ops", [BOB], chat_id=-77)
    async with stage.database.writing() as session:
        (await ensure_chat(session, other.id, DEFAULTS)).is_default = True
    stage.sim.fault("hang", "sendMessage", chat_id=OPS)
    await stage.incident()
    async with stage.running():
        await stage.sim.expect(other.id, text="Payment failed")
        stage.sim.clear_faults()
        await stage.card()


async def test_a_press_made_while_the_card_is_edited_is_shown_too(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.fault("hang", "editMessageText")
        await stage.act(incident, Action.acknowledge)
        await stage.sim.world.changes.until(lambda: not stage.sim.world.faults.rules or None)
        await stage.press(BOB, card, "Resolve")
        stage.sim.clear_faults()
        await stage.sim.expect(OPS, text="Resolved by Bob", button="Reopen")


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_processes_share_the_work_and_double_nothing(stage: Stage) -> None:
    for number in range(6):
        await stage.incident(title=f"Trouble of kind {'x' * number}")
    second = replace(stage, database=Database(stage.settings().database_url))
    at_once = WEBHOOK | {"group_burst": 12}
    async with stage.running(**at_once), second.running(**at_once):
        await stage.called("sendMessage", 6)
    await second.database.close()
    cards = [call.parameters["text"].split("\n")[0] for call in stage.sim.calls("sendMessage")]
    assert len(set(cards)) == len(cards) == 6


async def test_what_cannot_be_drawn_or_read_does_not_hold_its_chat_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(card: CardValue, *rest: Any) -> Content:
        if card.title == "Undrawable":
            raise RuntimeError("no colours left")
        return card_content(card, *rest)

    async def read(session: AsyncSession, now: datetime, card_id: int, url: str) -> Any:
        if card_id == unreadable.id:
            raise RuntimeError("no eyes left")
        return await card_work(session, now, card_id, url)

    monkeypatch.setattr(card_delivery, "card_content", draw)
    monkeypatch.setattr(delivery, "card_work", read)
    undrawable = await stage.incident(title="Undrawable")
    unreadable = await stage.card_row(await stage.incident(title="Unreadable"))
    async with stage.running():
        await stage.incident(title="Disk full")
        await stage.card("Disk full")
    assert "no colours left" in ((await stage.card_row(undrawable)).error or "")
