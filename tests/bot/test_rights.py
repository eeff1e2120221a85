"""Who may press where: the chat's own members, as its policy and their roles say."""

from datetime import timedelta

import pytest

from bot.callbacks import CardPress
from bot.simulator.state import Message
from core.access import new_login_link, person_of_session, sign_in
from core.chats import ensure_chat, set_routes
from core.lifecycle import Action
from core.models import Chat, Person
from core.roles import Policy, Role
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STORES = -2002
HOUR = timedelta(hours=1)
EXCLUDED = "You may look, but not act here"
STRANGER = "You are not in the team's chat"


async def in_stores(stage: Stage, policy: Policy = Policy.anyone) -> None:
    """Send the Shop's cards to Stores, where Charlie is, and Bob is not."""
    stage.sim.add_chat("supergroup", "Stores", [ALICE, CHARLIE], chat_id=STORES)
    async with stage.database.writing() as session:
        (await ensure_chat(session, STORES, DEFAULTS)).policy = policy
        await set_routes(session, stage.scene.shop.id, [STORES], DEFAULTS)


async def name(stage: Stage, person: Person, role: Role) -> None:
    async with stage.database.writing() as session:
        (await session.get_one(Person, person.id)).role = role


async def card_in_stores(stage: Stage) -> Message:
    return await stage.sim.expect(STORES, text="Payment failed", button="Resolve")


async def test_a_card_is_pressed_by_the_members_of_its_own_chat(stage: Stage) -> None:
    await in_stores(stage)
    await stage.incident()
    async with stage.running():
        card = await card_in_stores(stage)
        assert (await stage.press(BOB, card, "Acknowledge")).startswith(STRANGER)
        assert (await stage.press(CHARLIE, card, "Acknowledge")).startswith("Acknowledged by you")


async def test_a_chat_for_people_we_know_refuses_the_others_in_private_and_writes_it_down(
    stage: Stage,
) -> None:
    stage.sim.add_user("Dora", user_id=104)
    await in_stores(stage, Policy.known)
    stage.sim.set_member(STORES, 104, "member")
    incident = await stage.incident()
    async with stage.running():
        card = await card_in_stores(stage)
        assert (await stage.press(104, card, "Acknowledge")).startswith(EXCLUDED)
        assert (await stage.entries(incident))[-1] == ("refused", "Dora (id 104)", "telegram")
        assert (await stage.press(CHARLIE, card, "Acknowledge")).startswith("Acknowledged by you")


async def test_a_chat_for_named_roles_wants_a_role(stage: Stage) -> None:
    await in_stores(stage, Policy.named)
    await stage.incident()
    async with stage.running():
        card = await card_in_stores(stage)
        assert (await stage.press(CHARLIE, card, "Acknowledge")).startswith(EXCLUDED)
        await name(stage, stage.scene.charlie, Role.responder)
        assert (await stage.press(CHARLIE, card, "Acknowledge")).startswith("Acknowledged by you")


async def test_a_viewer_reads_but_does_not_act(stage: Stage) -> None:
    await name(stage, stage.scene.bob, Role.viewer)
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert (await stage.press(BOB, card, "Resolve")).startswith(EXCLUDED)
        stage.sim.write(BOB, BOB, "/open")
        await stage.sim.expect(BOB, text="Payment failed")
    assert (await stage.entries(incident))[-1] == ("refused", "Bob (id 102)", "telegram")


async def test_a_named_admin_may_press_without_being_in_the_chat(stage: Stage) -> None:
    await name(stage, stage.scene.charlie, Role.admin)
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert (await stage.press(CHARLIE, card, "Resolve")).startswith("Resolved by you")


async def test_the_account_behind_anonymous_admins_is_nobody(stage: Stage) -> None:
    anonymous = 1087968824
    stage.sim.add_user("Group", user_id=anonymous)
    stage.sim.set_member(OPS, anonymous, "member")
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert (await stage.press(anonymous, card, "Resolve")).startswith(STRANGER)


async def test_a_responder_who_left_the_chat_loses_the_right(stage: Stage) -> None:
    await name(stage, stage.scene.bob, Role.responder)
    stage.sim.set_member(OPS, BOB, "left")
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert (await stage.press(BOB, card, "Resolve")).startswith(STRANGER)


async def test_whoever_leaves_is_out_at_once_where_the_bot_is_an_administrator(
    stage: Stage,
) -> None:
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        await stage.press(BOB, card, "Acknowledge")
        async with stage.database.writing() as session:
            link = await new_login_link(session, stage.clock.now(), stage.scene.bob, HOUR)
            secret = await sign_in(session, stage.clock.now(), link, HOUR) or ""
        stage.sim.set_member(OPS, BOB, "left")
        await stage.handled(3)
        assert (await stage.press(BOB, card, "Resolve")).startswith(STRANGER)
    async with stage.database.reading() as session:
        assert await person_of_session(session, stage.clock.now(), secret) is None
    assert len(stage.sim.calls("getChatMember")) == 1


async def test_no_chat_lets_its_members_act_on_what_it_was_never_shown(stage: Stage) -> None:
    hidden = await stage.incident(title="Disk full")
    await in_stores(stage)
    await stage.incident()
    data = CardPress(action=Action.resolve, incident_id=hidden.id).pack()
    async with stage.running():
        card = await card_in_stores(stage)
        answer = await stage.sim.press(CHARLIE, STORES, card.id, data=data)
        stage.sim.write(STORES, CHARLIE, "/open")
        listed = await stage.sim.expect(STORES, button="Resolve #")
    assert answer.text.startswith(STRANGER)
    assert (await stage.entries(hidden))[-1][0] == "refused"
    assert "Payment failed" in listed.current.text
    assert "Disk full" not in listed.current.text


async def test_the_members_of_a_chat_that_is_not_the_default_one_are_no_team(stage: Stage) -> None:
    await in_stores(stage)
    async with stage.running():
        stage.sim.write(CHARLIE, CHARLIE, "/open")
        await stage.sim.expect(CHARLIE, text="I answer to the team only")


async def test_a_chat_met_for_the_first_time_lets_anyone_in_it_act(stage: Stage) -> None:
    async with stage.database.writing() as session:
        await ensure_chat(session, STORES, DEFAULTS)
    async with stage.database.reading() as session:
        assert (await session.get_one(Chat, STORES)).policy == Policy.anyone
