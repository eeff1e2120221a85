"""Commands, and who gets an answer to them."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.simulator.state import Message
from core.access import link_is_usable
from core.i18n import translator_of
from core.lifecycle import Action
from core.models import Person
from tests.bot.stage import ALICE, BOB, CHARLIE, WEBHOOK, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def asked(stage: Stage, chat_id: int, user_id: int, text: str) -> Message:
    """Write something to the bot and wait for its answer."""
    question = stage.sim.write(chat_id, user_id, text)
    return await stage.sim.expect(chat_id, lambda message: message.id > question.id)


async def test_open_lists_what_is_open_with_buttons(stage: Stage) -> None:
    first = await stage.incident()
    second = await stage.incident(title="Disk full")
    await stage.act(first, Action.acknowledge)
    async with stage.running():
        answer = await asked(stage, BOB, BOB, "/open")
    assert f"#{second.id} · Shop · Disk full" in answer.current.text
    assert "Alice has it" in answer.current.text
    assert [button["text"] for button in answer.buttons] == [
        f"Acknowledge #{second.id}",
        f"Resolve #{second.id}",
        f"Resolve #{first.id}",
    ]


async def test_a_press_in_the_list_acts_and_shows_the_list_as_it_is_now(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        answer = await asked(stage, BOB, BOB, "/open")
        toast = await stage.press(BOB, answer, f"Resolve #{incident.id}")
        await stage.sim.expect(BOB, text="Nothing is open.")
        await stage.sim.expect(OPS, text="Resolved by Bob")
    assert toast.startswith("Resolved by you")
    assert answer.buttons == []


async def test_open_works_in_the_group_too(stage: Stage) -> None:
    async with stage.running():
        answer = await asked(stage, OPS, ALICE, "/open@dispatcher_bot")
    assert answer.current.text == "Nothing is open."


async def test_a_chat_that_refuses_an_answer_is_left_alone_for_as_long_as_it_says(
    stage: Stage,
) -> None:
    stage.sim.fault("429", "sendMessage", retry_after=600)
    async with stage.running():
        stage.sim.write(OPS, BOB, "/digest")
        await stage.called("sendMessage")
    lane = await stage.lane()
    assert lane.blocked_until
    assert lane.blocked_until >= stage.clock.now() + timedelta(seconds=500)


async def test_digest_shows_the_last_day(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        answer = await asked(stage, BOB, BOB, "/digest")
    assert "Opened: 1 (0)" in answer.current.text
    assert "1 incident is still open" in answer.current.text


async def test_login_gives_a_link_that_works(stage: Stage) -> None:
    async with stage.running():
        answer = await asked(stage, BOB, BOB, "/login")
    found = re.search(r"http://127\.0\.0\.1:8080/login/(\S+)", answer.current.text)
    assert found
    async with stage.database.reading() as session:
        assert await link_is_usable(session, stage.clock.now(), found[1])


async def test_login_has_a_button_when_the_address_is_public(stage: Stage) -> None:
    async with stage.running(public_url="https://dispatcher.example.com"):
        answer = await asked(stage, BOB, BOB, "/start login")
    (button,) = answer.buttons
    assert button["url"].startswith("https://dispatcher.example.com/login/")


async def test_login_in_a_group_leads_to_the_private_chat(stage: Stage) -> None:
    async with stage.running():
        answer = await asked(stage, OPS, BOB, "/login")
    (button,) = answer.buttons
    assert button["url"] == "https://t.me/dispatcher_bot?start=login"
    assert "login/" not in answer.current.text


async def test_start_and_help_and_small_talk_say_what_the_bot_does(stage: Stage) -> None:
    async with stage.running():
        for text in ("/start", "/help", "hello?"):
            answer = await asked(stage, BOB, BOB, text)
            assert "/open · What is open, with buttons" in answer.current.text


async def test_small_talk_in_a_group_is_none_of_our_business(stage: Stage) -> None:
    async with stage.running():
        stage.sim.write(OPS, BOB, "what a day")
        answer = await asked(stage, OPS, BOB, "/help")
    assert [message.id for message in stage.sim.chat(OPS).messages.values()][-1] == answer.id
    assert len(stage.sim.calls("sendMessage")) == 1


async def test_a_stranger_gets_a_polite_refusal_that_helps_an_admin(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        for text in ("/start", "/open", "/digest", "/login", "hello?"):
            answer = await asked(stage, CHARLIE, CHARLIE, text)
            assert answer.current.text.startswith("I answer to the team only.")
            assert "103" in answer.current.text
            assert "Payment failed" not in answer.current.text


async def test_a_stranger_does_not_become_a_person(stage: Stage) -> None:
    stage.sim.add_user("Dora", user_id=104)
    async with stage.running():
        await asked(stage, 104, 104, "/start")
    async with stage.database.reading() as session:
        known = {person.name for person in await session.scalars(select(Person))}
    assert "Dora" not in known


async def test_answers_in_private_speak_the_persons_language_and_in_groups_the_chats(
    stage: Stage,
) -> None:
    stage.sim.world.state.users[BOB].language_code = "ru"
    async with stage.running(locale="ru"):
        in_group = await asked(stage, OPS, BOB, "/open")
        in_private = await asked(stage, BOB, BOB, "/open")
    assert in_group.current.text == "Nothing is open."
    assert in_private.current.text == translator_of("ru")("Nothing is open.")


async def test_an_anonymous_admin_is_told_why_nothing_happens(stage: Stage) -> None:
    message = {
        "message_id": 1,
        "date": 1_795_424_400,
        "chat": {"id": OPS, "type": "supergroup", "title": "Ops"},
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": {"id": OPS, "type": "supergroup", "title": "Ops"},
        "text": "/login",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    body = json.dumps({"update_id": 7, "message": message}).encode()
    async with stage.running(**WEBHOOK) as telegram:
        await telegram.receive_webhook(body, WEBHOOK["webhook_secret"])
        await stage.sim.expect(OPS, text="Turn off anonymity")
    assert stage.sim.calls("getChatMember") == []
