"""What the Bot API server has is found out at the start and used; without it all works plainly."""

from typing import Any

import pytest

from bot.simulator.settings import FEATURES, UNLIMITED, Feature, SimulatorSettings
from bot.simulator.state import Message
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def without() -> set[Feature]:
    """What the server lacks; a test parametrizes it."""
    return set()


@pytest.fixture
def simulator_settings(without: set[Feature]) -> SimulatorSettings:
    return SimulatorSettings(UNLIMITED.limits, features=FEATURES - without)


def lacking(*names: Feature) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("without", [set(names)])


async def asked(stage: Stage, user_id: int, text: str) -> Message:
    """Write something in the group and wait for what the bot says to it."""
    question = stage.sim.write(OPS, user_id, text)
    return await stage.sim.expect(OPS, lambda message: message.id > question.id)


def shapes(message: Message) -> list[tuple[Any, ...]]:
    """Each button as label, style, and whether it can be pressed."""
    return [(b["text"], b.get("style"), "disabled" not in b) for b in message.buttons]


async def test_buttons_are_coloured_and_a_late_resolve_hits_nothing(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert shapes(card)[:2] == [
            ("Acknowledge", "primary", True),
            ("Resolve", "success", True),
        ]
        await stage.press(BOB, card, "Resolve")
        over = await stage.sim.expect(OPS, button="Reopen")
    assert shapes(over) == [
        ("Resolved", None, False),
        ("Reopen", None, True),
        ("Copy link", None, True),
    ]
    assert over.buttons[-1]["copy_text"]["text"] in over.current.text


@lacking("button_styles", "disabled_buttons", "copy_buttons")
async def test_an_older_server_gets_plain_buttons(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.press(BOB, card, "Resolve")
        over = await stage.sim.expect(OPS, button="Reopen")
    assert shapes(over) == [("Reopen", None, True)]
    sent = [*stage.sim.calls("sendMessage"), *stage.sim.calls("editMessageText")]
    assert all("style" not in str(call.parameters["reply_markup"]) for call in sent)
    assert [call.status for call in sent] == [200, 200]


async def test_open_in_a_group_is_shown_to_whoever_asks(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await stage.card()
        answer = await asked(stage, BOB, "/open@dispatcher_bot")
        assert answer.receiver_id == BOB
        toast = await stage.press(BOB, answer, f"Resolve #{incident.id}")
        await stage.sim.expect(OPS, text="Nothing is open.")
    assert toast.startswith("Resolved by you")
    assert answer.current.text == "Nothing is open."


async def test_a_refusal_in_a_group_is_whispered(stage: Stage) -> None:
    stage.sim.set_member(OPS, CHARLIE, "member")
    async with stage.database.writing() as session:
        (await session.merge(await stage.chat_row())).policy = "named"
    async with stage.running():
        refusal = await asked(stage, CHARLIE, "/digest")
    assert refusal.current.text.startswith("You may not do this here")
    assert refusal.receiver_id == CHARLIE


@lacking("ephemeral")
async def test_an_older_server_gets_answers_for_all(stage: Stage) -> None:
    async with stage.running():
        answer = await asked(stage, ALICE, "/open")
    assert answer.current.text == "Nothing is open."
    assert answer.receiver_id is None
    (call,) = stage.sim.calls("sendMessage")
    assert "ephemeral_message_parameters" not in call.parameters


async def test_a_bot_that_may_not_whisper_answers_for_all(stage: Stage) -> None:
    stage.sim.set_member(OPS, stage.sim.world.state.users[42].id, "member")
    async with stage.running():
        answer = await asked(stage, BOB, "/mute@dispatcher_bot")
    assert answer.current.text.startswith("Name an app")
    assert answer.receiver_id is None


async def test_asking_the_server_posts_and_changes_nothing(stage: Stage) -> None:
    async with stage.running():
        await stage.called("setMyCommands", 3)
    assert {call.status for call in stage.sim.calls("editMessageReplyMarkup")} == {400}
    assert stage.sim.chat(OPS).messages == {}


async def test_a_server_that_does_not_say_gets_the_plain_form(stage: Stage) -> None:
    stage.sim.fault("html", "editMessageReplyMarkup", times=None)
    stage.sim.fault("html", "deleteEphemeralMessage", times=None)
    await stage.incident()
    async with stage.running():
        assert shapes(await stage.card())[0] == ("Acknowledge", None, True)
