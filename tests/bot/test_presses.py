"""Presses, from the button to the toast, the timeline and the card."""

import asyncio
import re

import pytest

from bot.callbacks import CardPress
from core.i18n import translator_of
from core.lifecycle import Action
from core.models import Incident, Person
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_press_is_answered_written_down_and_shown(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        toast = await stage.press(BOB, card, "Acknowledge")
        edited = await stage.sim.expect(OPS, text="Bob has it", button="Unacknowledge")
    assert toast.startswith("Acknowledged by you, ")
    assert edited.id == card.id
    assert (await stage.entries(incident))[-1] == ("acknowledged", "Bob", "telegram")


async def test_every_edit_keeps_the_keyboard(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.press(BOB, card, "Resolve")
        await stage.sim.expect(OPS, text="Resolved by Bob", button="Reopen")
        await stage.press(ALICE, card, "Reopen")
        await stage.sim.expect(OPS, text="ERROR", button="Acknowledge")
        data = CardPress(action=Action.snooze, incident_id=incident.id).pack()
        await stage.sim.press(ALICE, OPS, card.id, data=data)
        snoozed = await stage.sim.expect(OPS, text="Snoozed until", button="Reopen")
    assert snoozed.id == card.id


async def test_of_two_people_at_once_one_changes_it_and_both_are_told(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        toasts = await asyncio.gather(
            stage.press(ALICE, card, "Resolve"), stage.press(BOB, card, "Resolve")
        )
        await stage.sim.expect(OPS, text="Resolved by", button="Reopen")
    assert sum(toast.startswith("Resolved by you") for toast in toasts) == 1
    assert sum(toast.startswith("Already resolved by") for toast in toasts) == 1
    kinds = [kind for kind, _, _ in await stage.entries(incident)]
    assert kinds == ["opened", "resolved"]


async def test_a_second_press_of_the_same_person_says_so(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.press(BOB, card, "Acknowledge")
        await stage.sim.expect(OPS, button="Unacknowledge")
        data = CardPress(action=Action.acknowledge, incident_id=incident.id).pack()
        answer = await stage.sim.press(BOB, OPS, card.id, data=data)
    assert answer.text.startswith("You acknowledged it already, ")
    kinds = [kind for kind, _, _ in await stage.entries(incident)]
    assert kinds == ["opened", "acknowledged"]
    assert len(stage.sim.calls("getChatMember")) == 1


async def test_an_answer_that_must_wait_a_moment_still_comes(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.fault("429", "answerCallbackQuery", retry_after=1)
        assert (await stage.press(BOB, card, "Acknowledge")).startswith("Acknowledged by you")


async def test_an_answer_that_does_not_come_undoes_nothing(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.fault("html", "answerCallbackQuery")
        data = CardPress(action=Action.resolve, incident_id=incident.id).pack()
        stage.sim.start_press(BOB, OPS, card.id, data)
        await stage.sim.expect(OPS, text="Resolved by Bob")
    assert len(stage.sim.calls("answerCallbackQuery")) == 1


async def test_a_stranger_is_refused_in_private_and_recorded(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        toast = await stage.press(CHARLIE, card, "Resolve")
    assert toast.startswith("You are not in the team's chat")
    assert (await stage.entries(incident))[-1] == ("refused", "Charlie (id 103)", "telegram")
    assert "Resolved" not in card.current.text
    assert len(card.versions) == 1


async def test_a_configured_admin_may_press_from_anywhere(stage: Stage) -> None:
    await stage.incident()
    async with stage.running(admins="103"):
        card = await stage.card()
        assert (await stage.press(CHARLIE, card, "Resolve")).startswith("Resolved by you")


async def test_whoever_left_the_chat_loses_the_right_within_a_minute(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.press(BOB, card, "Acknowledge")
        await stage.sim.expect(OPS, button="Unacknowledge")
        stage.sim.set_member(OPS, BOB, "left")
        stage.clock.skip(61)
        assert (await stage.press(BOB, card, "Resolve")).startswith("You are not in the team")


async def test_nobody_is_refused_for_good_when_telegram_cannot_be_asked(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        stage.sim.fault("error", "getChatMember", times=None)
        toast = await stage.press(BOB, card, "Acknowledge")
        assert toast.startswith("Telegram did not say whether you are in the team's chat")
        stage.sim.clear_faults()
        await stage.press(BOB, card, "Acknowledge")
        await stage.sim.expect(OPS, button="Unacknowledge")
        stage.sim.fault("error", "getChatMember", times=None)
        stage.clock.skip(600)
        assert (await stage.press(BOB, card, "Resolve")).startswith("Resolved by you")
    kinds = [kind for kind, _, _ in await stage.entries(incident)]
    assert kinds == ["opened", "acknowledged", "resolved"]


async def test_a_press_on_what_no_longer_exists_is_answered_and_loses_its_buttons(
    stage: Stage,
) -> None:
    await stage.incident()
    data = CardPress(action=Action.resolve, incident_id=4711).pack()
    async with stage.running():
        card = await stage.card()
        answer = await stage.sim.press(BOB, OPS, card.id, data=data)
        await stage.sim.expect(OPS, lambda message: not message.buttons)
    assert answer.text == "This incident no longer exists"


async def test_a_button_of_another_version_is_answered(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        answer = await stage.sim.press(BOB, OPS, card.id, data="a0:something:else")
    assert answer.text.startswith("This button is out of date")


async def test_a_toast_speaks_the_pressers_language(stage: Stage) -> None:
    stage.sim.world.state.users[BOB].language_code = "ru-RU"
    await stage.incident()
    async with stage.running():
        toast = await stage.press(BOB, await stage.card(), "Acknowledge")
    async with stage.database.reading() as session:
        bob = await session.get_one(Person, stage.scene.bob.id)
    assert bob.locale == "ru"
    age = re.search(r"\d+ с", toast)
    message = "Acknowledged by you, %(age)s after the first report"
    assert age
    assert toast == translator_of("ru")(message, age=age[0])


async def test_a_name_of_any_length_and_shape_is_kept_bounded(stage: Stage) -> None:
    stage.sim.world.state.users[BOB].first_name = "B\no\tb " * 40
    incident = await stage.incident()
    async with stage.running():
        await stage.press(BOB, await stage.card(), "Acknowledge")
        await stage.sim.expect(OPS, button="Unacknowledge")
    _, actor, _ = (await stage.entries(incident))[-1]
    assert len(actor) <= 100
    assert actor.startswith("B o b B o b")


async def test_a_press_on_a_deleted_card_still_counts(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        data = CardPress(action=Action.resolve, incident_id=incident.id).pack()
        stage.sim.delete(OPS, card.id)
        answer = await stage.sim.press(BOB, OPS, card.id, data=data)
    assert answer.text.startswith("Resolved by you")
    async with stage.database.reading() as session:
        assert (await session.get_one(Incident, incident.id)).status == "resolved"
