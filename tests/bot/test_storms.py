"""A storm in the chat: one card that is redrawn, a button, and an end that is told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import storms
from core.levels import Level
from core.lifecycle import Action
from core.models import Notice
from core.silences import silence
from tests.bot.stage import BOB, CHARLIE, Stage
from tests.factories import OPS, actor_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MANY = storms.MOST_AT_ONCE + 1


async def watch(stage: Stage) -> None:
    """Do what the job does each second."""
    async with stage.database.writing() as session:
        await storms.watch(session, stage.clock.now())
    stage.wake()


async def test_many_new_cards_are_one_that_is_split_again(stage: Stage) -> None:
    opened = [await stage.incident(title=f"Trouble {'x' * number}") for number in range(MANY)]
    await watch(stage)
    async with stage.running():
        storm = await stage.sim.expect(OPS, text=f"{MANY} new incidents", button="Show them")
        assert len(stage.sim.calls("sendMessage")) == 1
        await stage.act(opened[0], Action.resolve)
        stage.clock.skip(storms.QUIET.total_seconds())
        await watch(stage)
        edited = await stage.sim.expect(OPS, text="over after")
        assert (edited.id, edited.buttons) == (storm.id, [])
        await stage.sim.expect(OPS, text="The storm is over")
        stage.clock.skip(60)
        for number in range(1, MANY):
            stage.clock.skip(10)
            stage.wake()
            await stage.sim.expect(OPS, text=f"#{opened[number].id}", button="Resolve")
    sent = stage.sim.calls("sendMessage")
    cards = [call.parameters["text"] for call in sent]
    assert not any(text.startswith(f"#{opened[0].id} ") for text in cards)
    told, ended, *split = [call.parameters.get("disable_notification") for call in sent]
    assert (told, ended, set(split)) == (None, None, {"true"})


async def test_who_asks_gets_the_cards(stage: Stage) -> None:
    for number in range(MANY):
        await stage.incident(title=f"Trouble {'x' * number}")
    await watch(stage)
    async with stage.running():
        storm = await stage.sim.expect(OPS, button="Show them")
        assert await stage.press(BOB, storm, "Show them") == f"{MANY} cards follow"
        await stage.sim.expect(OPS, text="Trouble", button="Resolve")


async def test_charlie_may_not_ask(stage: Stage) -> None:
    for number in range(MANY):
        await stage.incident(title=f"Trouble {'x' * number}")
    await watch(stage)
    async with stage.running():
        storm = await stage.sim.expect(OPS, button="Show them")
        assert "cards follow" not in await stage.press(CHARLIE, storm, "Show them")


async def test_a_storm_of_muted_apps_makes_no_sound_from_its_begin_to_its_end(
    stage: Stage,
) -> None:
    now = stage.clock.now()
    async with stage.database.writing() as session:
        until = now + timedelta(hours=1)
        await silence(session, now, stage.scene.shop, until, "", actor_of(stage.scene.bob))
    for number in range(MANY):
        await stage.incident(title=f"Trouble {'x' * number}")
    await watch(stage)
    async with stage.running():
        await stage.sim.expect(OPS, button="Show them")
        stage.clock.skip(storms.QUIET.total_seconds())
        await watch(stage)
        await stage.sim.expect(OPS, text="over after")
    sent = stage.sim.calls("sendMessage")
    assert {call.parameters.get("disable_notification") for call in sent} == {"true"}
    async with stage.database.reading() as session:
        assert (await session.scalars(select(Notice))).all() == []


async def test_a_storm_of_warnings_is_silent_until_it_becomes_bad(stage: Stage) -> None:
    for number in range(MANY):
        await stage.incident(title=f"Trouble {'x' * number}", level=Level.warning)
    await watch(stage)
    async with stage.running():
        storm = await stage.sim.expect(OPS, button="Show them")
        await stage.lane()
        await stage.incident(title="Worse", level=Level.error)
        await watch(stage)
        worse = await stage.sim.expect(OPS, text="ERROR is among it")
        await watch(stage)
        stage.clock.skip(storms.QUIET.total_seconds())
        await watch(stage)
        over = await stage.sim.expect(OPS, text="The storm is over")
    assert (storm.silent, worse.silent, over.silent) == (True, False, False)
    assert worse.reply_to == storm.id
    texts = [call.parameters["text"] for call in stage.sim.calls("sendMessage")]
    assert sum("is among it" in text for text in texts) == 1


async def test_a_storm_of_warnings_ends_as_silently_as_it_came(stage: Stage) -> None:
    for number in range(MANY):
        await stage.incident(title=f"Trouble {'x' * number}", level=Level.warning)
    await watch(stage)
    async with stage.running():
        await stage.sim.expect(OPS, button="Show them")
        stage.clock.skip(storms.QUIET.total_seconds())
        await watch(stage)
        over = await stage.sim.expect(OPS, text="The storm is over")
    assert over.silent
