"""The set-up of a chat, in the chat."""

import pytest
from sqlalchemy import select

from bot.callbacks import SetupChoice, SetupPress
from bot.simulator.state import Message
from core import apps
from core.models import AppChat, Chat
from core.roles import Policy
from tests.bot.stage import ALICE, BOB, CHARLIE, TOKEN, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOT = int(TOKEN.partition(":")[0])
STORES = -2002
REST = "All apps without a chat of their own"
ADMINS = {"admins": str(ALICE)}


def add_stores(stage: Stage, kind: str = "supergroup", owner: int = ALICE) -> None:
    people = [owner, *({ALICE, BOB, CHARLIE} - {owner})]
    stage.sim.add_chat(kind, "Stores", people, bots=None, chat_id=STORES)  # type: ignore[arg-type]  # one of the kinds


async def setup_in(stage: Stage, chat_id: int, user_id: int, text: str = "/setup") -> Message:
    stage.sim.write(chat_id, user_id, text)
    return await stage.sim.expect(chat_id, text="Set-up of", button="Send a test card")


async def routes(stage: Stage) -> list[tuple[int, int | None]]:
    async with stage.database.reading() as session:
        query = select(AppChat.chat_id, AppChat.thread_id).order_by(AppChat.app_id)
        return [(chat_id, thread_id) for chat_id, thread_id in await session.execute(query)]


async def stores(stage: Stage) -> Chat | None:
    async with stage.database.reading() as session:
        return await session.get(Chat, STORES)


async def test_an_admin_adds_the_bot_and_binds_an_app_with_one_press(stage: Stage) -> None:
    add_stores(stage)
    async with stage.running(**ADMINS):
        stage.sim.set_member(STORES, BOT, "administrator")
        setup = await stage.sim.expect(STORES, text="Set-up of Stores", button="Shop")
        assert "✅ I am an administrator" in setup.current.text
        assert "curl" not in setup.current.text
        await stage.press(ALICE, setup, "Shop")
        bound = await stage.sim.expect(STORES, button="✅ Shop")
        await stage.incident()
        await stage.sim.expect(STORES, text="Payment failed", button="Resolve")
    assert bound.id == setup.id
    assert "curl -sS http://127.0.0.1:8080/api/v1/reports" in bound.current.text
    assert "http://CODE@127.0.0.1:8080/1" in bound.current.text
    assert "a new one is made here: http://127.0.0.1:8080/apps/" in bound.current.text
    assert stage.scene.code not in bound.current.text
    assert await routes(stage) == [(STORES, None)]
    chat = await stores(stage)
    assert chat
    assert (chat.title, chat.kind, chat.rights) == (
        "Stores",
        "supergroup",
        ["lead", "topics", "write"],
    )


async def test_a_stranger_who_adds_the_bot_learns_nothing_and_changes_nothing(
    stage: Stage,
) -> None:
    add_stores(stage, owner=CHARLIE)
    async with stage.running(**ADMINS):
        stage.sim.set_member(STORES, BOT, "member")
        greeting = await stage.sim.expect(STORES, button="Set up this chat")
        assert "Shop" not in greeting.current.text
        assert "Make me an administrator" in greeting.current.text
        refused = await stage.press(CHARLIE, greeting, "Set up this chat")
        for choice in SetupChoice:
            data = SetupPress(choice=choice, app_id=stage.scene.shop.id).pack()
            answer = await stage.sim.press(CHARLIE, STORES, greeting.id, data=data)
            assert answer.text == "Only an admin of mine may set up a chat"
        assert await stores(stage) is None
        await stage.press(ALICE, greeting, "Set up this chat")
        await stage.sim.expect(STORES, text="Set-up of Stores", button="Shop")
    assert refused == "Only an admin of mine may set up a chat"
    assert len(greeting.versions) == 2


async def test_start_in_a_group_shows_the_set_up_to_an_admin_alone(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        stage.sim.write(OPS, BOB, "/start@dispatcher_bot")
        await stage.sim.expect(OPS, button="Set up this chat")
        await setup_in(stage, OPS, ALICE, "/start@dispatcher_bot")


async def test_an_anonymous_admin_is_led_to_the_button_which_tells_the_account(
    stage: Stage,
) -> None:
    async with stage.running(**ADMINS):
        stage.sim.write(OPS, ALICE, "/setup", as_chat=OPS)
        greeting = await stage.sim.expect(OPS, button="Set up this chat")
        await stage.press(ALICE, greeting, "Set up this chat")
        await stage.sim.expect(OPS, text="Set-up of Ops", button="✅ All apps without")


async def test_a_button_of_an_app_that_is_gone_is_answered(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, OPS, ALICE)
        data = SetupPress(choice=SetupChoice.app, app_id=4711).pack()
        assert (await stage.sim.press(ALICE, OPS, setup.id, data=data)).text == ""
    assert await routes(stage) == []


async def test_a_second_press_takes_the_app_away_again(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, OPS, ALICE)
        await stage.press(ALICE, setup, "Shop")
        bound = await stage.sim.expect(OPS, button="✅ Shop")
        await stage.press(ALICE, bound, "Shop")
        await stage.sim.expect(OPS, lambda message: "✅ Shop" not in labels(message))
    assert await routes(stage) == []


async def test_the_default_chat_and_who_may_press_are_chosen_there(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, OPS, ALICE)
        assert "A report of Shop is sent like this:" in setup.current.text
        await stage.press(ALICE, setup, "Anyone in this chat may press")
        await stage.sim.expect(OPS, button="People known to me may press")
        await stage.press(ALICE, setup, "All apps without a chat")
        setup = await stage.sim.expect(
            OPS, lambda message: "All apps without a chat of their own" in labels(message)
        )
        await stage.press(ALICE, setup, "People known to me")
        await stage.sim.expect(OPS, button="People with a role may press")
    chat = await stage.chat_row()
    assert (chat.is_default, chat.policy) == (False, Policy.named)


async def test_a_test_card_goes_the_whole_way_and_counts_while_it_is_open(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, OPS, ALICE)
        told = await stage.press(ALICE, setup, "Send a test card")
        card = await stage.sim.expect(OPS, text="Alice wants to see", button="Resolve")
        assert await stage.press(ALICE, setup, "Send a test card") == told
        await stage.sim.expect(OPS, text="Test card", button="Resolve")
        assert (await stage.press(BOB, card, "Resolve")).startswith("Resolved by you")
    assert told.startswith("The test card is #")
    assert told.endswith(" of Shop")


async def test_without_an_app_there_is_nothing_to_try(stage: Stage) -> None:
    add_stores(stage)
    async with stage.running(**ADMINS):
        stage.sim.set_member(STORES, BOT, "member")
        setup = await stage.sim.expect(STORES, text="Set-up of Stores")
        told = await stage.press(ALICE, setup, "Send a test card")
    assert told == "Choose first whose cards come here"


async def test_an_admin_sets_up_the_private_chat_too_and_nobody_else(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, ALICE, ALICE)
        assert labels(setup) == ["Shop", REST, "Send a test card"]
        await stage.press(ALICE, setup, "Shop")
        await stage.sim.expect(ALICE, button="✅ Shop")
        stage.sim.write(CHARLIE, CHARLIE, "/setup")
        await stage.sim.expect(CHARLIE, text="I answer to the team only")
    assert await routes(stage) == [(ALICE, None)]


async def test_many_apps_come_in_pages_of_eight(stage: Stage) -> None:
    async with stage.database.writing() as session:
        for number in range(9):
            await apps.register(session, stage.clock.now(), f"App {number}")
    async with stage.running(**ADMINS):
        setup = await setup_in(stage, OPS, ALICE)
        assert labels(setup)[:10] == [*(f"App {number}" for number in range(8)), "‹ 1/2", "1/2 ›"]
        await stage.press(ALICE, setup, "1/2 ›")
        setup = await stage.sim.expect(OPS, button="2/2 ›")
        assert labels(setup)[:2] == ["App 8", "Shop"]
        await stage.press(ALICE, setup, "Shop")
        await stage.sim.expect(OPS, button="✅ Shop")


async def test_a_basic_group_is_advised_to_grow_up(stage: Stage) -> None:
    add_stores(stage, "group")
    async with stage.running(**ADMINS):
        stage.sim.set_member(STORES, BOT, "member")
        setup = await stage.sim.expect(STORES, text="Set-up of Stores")
    assert "This is a basic group. Make it a supergroup" in setup.current.text


async def test_rights_that_change_are_kept_and_one_lost_stops_the_cards(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        stage.sim.set_member(OPS, BOT, "restricted", [])
        await stage.handled(1)
        without = await stage.chat_row()
        stage.sim.set_member(OPS, BOT, "administrator", ["can_manage_chat"])
        await stage.handled(2)
        back = await stage.chat_row()
    assert (without.rights, without.trouble) == ([], "rights")
    assert (back.rights, back.trouble) == (["lead", "write"], None)
    assert stage.sim.calls("sendMessage") == []


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]
