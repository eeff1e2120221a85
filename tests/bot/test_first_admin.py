"""The first admin: the link that the server prints, and who opens it."""

import asyncio
from datetime import timedelta

import pytest

from bot.simulator.human.links import Followed, follow
from bot.simulator.state import Message
from core.first_admin import LIFETIME
from core.models import Chat, Person
from core.roles import Role
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def start_of(stage: Stage, number: int = 1) -> str:
    """What Telegram sends when somebody opens the last of so many links that were printed."""

    def printed() -> bool | None:
        return len(stage.announced) >= number or None

    async with asyncio.timeout(10):
        # The first getUpdates comes after the link.
        await stage.sim.world.changes.until(printed)
    _, _, payload = stage.announced[-1].partition("https://t.me/dispatcher_bot?start=")
    assert len(payload) <= 64
    return f"/start {payload}"


async def claimed(stage: Stage, user_id: int, text: str) -> Message:
    question = stage.sim.write(user_id, user_id, text)
    return await stage.sim.expect(user_id, lambda message: message.id > question.id)


async def role_of(stage: Stage, person: Person) -> str | None:
    async with stage.database.reading() as session:
        return (await session.get_one(Person, person.id)).role


async def test_whoever_opens_the_link_first_is_the_admin_and_gets_the_cards(stage: Stage) -> None:
    async with stage.database.writing() as session:
        (await session.get_one(Chat, OPS)).is_default = False
    async with stage.running(admin_chat=None):
        answer = await claimed(stage, ALICE, await start_of(stage))
        await stage.incident()
        await stage.sim.expect(ALICE, text="Payment failed", button="Resolve")
        second = await claimed(stage, CHARLIE, await start_of(stage))
    assert answer.current.text.startswith("You are the admin now.")
    assert [button["url"] for button in answer.buttons] == [
        "https://t.me/dispatcher_bot?startgroup&admin=manage_topics"
    ]
    assert second.current.text.startswith("This link is over")
    assert await role_of(stage, stage.scene.alice) == Role.admin
    assert await role_of(stage, stage.scene.charlie) is None


async def test_the_welcome_leads_to_the_set_up_of_a_group(stage: Stage) -> None:
    stores = stage.sim.add_chat("supergroup", "Stores", [ALICE], bots=None)
    async with stage.running():
        welcome = await claimed(stage, ALICE, await start_of(stage))
        (button,) = welcome.buttons
        follow(stage.sim.world, Followed(ALICE, button["url"], stores.id))
        await stage.sim.expect(stores.id, text="Set-up of Stores", button="Shop")
    assert len(stage.sim.calls("sendMessage")) == 2


async def test_a_chat_that_gets_the_cards_already_goes_on_alone(stage: Stage) -> None:
    async with stage.running():
        await claimed(stage, ALICE, await start_of(stage))
    async with stage.database.reading() as session:
        assert await session.get(Chat, ALICE) is None


async def test_no_link_is_printed_where_there_is_an_admin(stage: Stage) -> None:
    async with stage.running(admins=str(ALICE)):
        await claimed(stage, BOB, "/help")
    assert stage.announced == []
    async with stage.running():
        await claimed(stage, BOB, await start_of(stage))
    async with stage.running():
        await claimed(stage, BOB, "/help")
    assert len(stage.announced) == 1


async def test_admins_in_the_settings_make_an_old_link_worthless(stage: Stage) -> None:
    async with stage.running():
        old = await start_of(stage)
    async with stage.running(admins=str(ALICE)):
        refused = await claimed(stage, CHARLIE, old)
    assert refused.current.text.startswith("This link is over")


async def test_a_new_link_takes_the_place_of_the_last(stage: Stage) -> None:
    async with stage.running():
        old = await start_of(stage)
    async with stage.running():
        new = await start_of(stage, 2)
        refused = await claimed(stage, CHARLIE, old)
        welcome = await claimed(stage, BOB, new)
    assert refused.current.text.startswith("This link is over")
    assert welcome.current.text.startswith("You are the admin now.")


async def test_a_link_ends_after_a_day(stage: Stage) -> None:
    async with stage.running():
        link = await start_of(stage)
        stage.clock.skip((LIFETIME + timedelta(seconds=1)).total_seconds())
        refused = await claimed(stage, ALICE, link)
    assert refused.current.text.startswith("This link is over")
    assert await role_of(stage, stage.scene.alice) is None


async def test_a_guess_is_refused_and_the_guesser_stays_a_stranger(stage: Stage) -> None:
    stage.sim.add_user("Dora", user_id=104)
    async with stage.running():
        refused = await claimed(stage, 104, "/start claim-guess")
        told = await claimed(stage, 104, "/open")
    assert refused.current.text.startswith("This link is over")
    assert told.current.text.startswith("I answer to the team only.")
