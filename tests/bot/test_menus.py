"""The second level of a card's buttons: snooze and assign, and the way back."""

import pytest

from bot.callbacks import AssignPress, MenuPress, SnoozePress
from bot.simulator.state import Message
from core.chats import set_routes
from core.i18n import translator_of
from core.lifecycle import Action
from core.menus import OPEN_FOR, MenuName, close_forgotten
from core.moments import SnoozeChoice
from core.people import ensure_person
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WEB = -1002


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]


async def opened(stage: Stage, menu: str) -> Message:
    """Have Bob open a menu of the card."""
    card = await stage.card()
    assert await stage.press(BOB, card, menu) == ""
    return await stage.sim.expect(OPS, button="Back")


async def test_snooze_offers_how_long_in_place_and_the_way_back(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        card = await opened(stage, "Snooze")
        assert labels(card) == ["1 hour", "4 hours", "Until tomorrow 9:00", "Back"]
        await stage.press(BOB, card, "Back")
        back = await stage.card()
    assert back.id == card.id
    assert labels(back) == ["Acknowledge", "Resolve", "Snooze", "Assign", "Copy link"]


@pytest.mark.parametrize(
    ("choice", "until"), [("1 hour", "10:00"), ("4 hours", "13:00"), ("tomorrow", "09:00")]
)
async def test_a_choice_snoozes_and_closes_the_menu(stage: Stage, choice: str, until: str) -> None:
    incident = await stage.incident()
    await stage.act(incident, Action.acknowledge)
    async with stage.running():
        card = await stage.sim.expect(OPS, button="Snooze")
        await stage.press(BOB, card, "Snooze")
        card = await stage.sim.expect(OPS, button="Back")
        assert await stage.press(BOB, card, choice) == f"Snoozed until {until}"
        snoozed = await stage.sim.expect(OPS, text="Snoozed until", button="Reopen")
    assert "Back" not in labels(snoozed)
    assert (await stage.entries(incident))[-1] == ("snoozed", "Bob", "telegram")


async def test_assign_to_me_and_to_a_person(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await opened(stage, "Assign")
        assert labels(card) == ["To me", "Alice", "Bob", "Charlie", "Back"]
        assert await stage.press(BOB, card, "Alice") == "Assigned to Alice"
        await stage.sim.expect(OPS, text="Alice has it", button="Assign")
        to_alice = AssignPress(incident_id=incident.id, person_id=stage.scene.alice.id).pack()
        again = await stage.sim.press(BOB, OPS, card.id, data=to_alice)
        assert again.text == "It is assigned to Alice already"
        to_me = AssignPress(incident_id=incident.id).pack()
        mine = await stage.sim.press(BOB, OPS, card.id, data=to_me)
        assert mine.text == "Assigned to you"
        await stage.sim.expect(OPS, text="Bob has it")
    assert [kind for kind, _, _ in await stage.entries(incident)] == ["opened", "edited", "edited"]


async def test_many_people_come_in_pages(stage: Stage) -> None:
    await stage.incident()
    async with stage.database.writing() as session:
        for number in range(1, 11):
            await ensure_person(session, stage.clock.now(), 200 + number, f"Dora {number:02}")
    async with stage.running():
        card = await opened(stage, "Assign")
        assert labels(card) == [
            *["To me", "Alice", "Bob", "Charlie"],
            *[f"Dora {number:02}" for number in range(1, 6)],
            *["›", "Back"],
        ]
        await stage.press(BOB, card, "›")
        second = await stage.sim.expect(OPS, button="‹")
        assert labels(second) == ["To me", *[f"Dora {n:02}" for n in range(6, 11)], "‹", "Back"]


async def test_a_chat_of_its_own_offers_whom_it_knows(stage: Stage) -> None:
    stage.sim.add_chat("supergroup", "Web", [ALICE, BOB], chat_id=WEB)
    async with stage.database.writing() as session:
        await set_routes(session, stage.scene.shop.id, [WEB], DEFAULTS)
    await stage.incident()
    async with stage.running():
        card = await stage.sim.expect(WEB, button="Assign")
        await stage.press(BOB, card, "Assign")
        menu = await stage.sim.expect(WEB, button="Back")
        assert labels(menu) == ["To me", "Bob", "Back"]
        question = stage.sim.write(WEB, ALICE, "/open")
        await stage.sim.expect(WEB, lambda message: message.id > question.id)
        stage.sim.set_member(WEB, BOB, "left")
        await stage.handled(4)
        await stage.press(ALICE, menu, "Back")
        await stage.sim.expect(WEB, button="Assign")
        await stage.press(ALICE, menu, "Assign")
        await stage.sim.expect(WEB, button="Back")
    assert labels(menu) == ["To me", "Alice", "Back"]


async def test_a_redraw_for_another_reason_leaves_the_menu_open(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        await opened(stage, "Snooze")
        await stage.act(incident, Action.acknowledge)
        redrawn = await stage.sim.expect(OPS, text="Alice has it")
    assert "Back" in labels(redrawn)


async def test_a_menu_nobody_uses_closes_by_itself(stage: Stage) -> None:
    await stage.incident()
    async with stage.running():
        await opened(stage, "Snooze")
        async with stage.database.writing() as session:
            await close_forgotten(session, stage.clock.now())
        stage.clock.skip(OPEN_FOR.total_seconds())
        async with stage.database.writing() as session:
            await close_forgotten(session, stage.clock.now())
        assert "Snooze" in labels(await stage.card())


async def test_what_is_resolved_on_the_web_has_no_menu_any_more(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await opened(stage, "Snooze")
        snooze = SnoozePress(incident_id=incident.id, choice=SnoozeChoice.hour).pack()
        await stage.act(incident, Action.resolve)
        resolved = await stage.sim.expect(OPS, text="Resolved by Alice", button="Reopen")
        assert "Back" not in labels(resolved)
        late = await stage.sim.press(BOB, OPS, card.id, data=snooze)
        assert late.text.startswith("Already resolved by Alice")
        for stale in (
            MenuPress(incident_id=incident.id, menu=MenuName.snooze),
            AssignPress(incident_id=incident.id),
        ):
            answer = await stage.sim.press(BOB, OPS, card.id, data=stale.pack())
            assert answer.text == "It is resolved already"
    assert (await stage.entries(incident))[-1][0] == "resolved"


async def test_menus_of_what_no_longer_exists_are_answered(stage: Stage) -> None:
    await stage.incident()
    gone = 4711
    async with stage.running():
        card = await stage.card()
        for press in (
            MenuPress(incident_id=gone, menu=MenuName.assign),
            SnoozePress(incident_id=gone, choice=SnoozeChoice.hour),
            AssignPress(incident_id=gone),
        ):
            answer = await stage.sim.press(BOB, OPS, card.id, data=press.pack())
            assert answer.text == "This incident no longer exists"


async def test_a_person_nobody_knows_is_not_assigned(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running():
        card = await stage.card()
        nobody = AssignPress(incident_id=incident.id, person_id=4711).pack()
        answer = await stage.sim.press(BOB, OPS, card.id, data=nobody)
    assert answer.text.startswith("This button is out of date")
    assert [kind for kind, _, _ in await stage.entries(incident)] == ["opened"]


@pytest.mark.parametrize("choose", [MenuPress, SnoozePress, AssignPress])
async def test_a_strangers_choice_is_refused_and_recorded(
    stage: Stage, choose: type[MenuPress | SnoozePress | AssignPress]
) -> None:
    incident = await stage.incident()
    more = {"choice": SnoozeChoice.hour} if choose is SnoozePress else {}
    async with stage.running():
        card = await stage.card()
        data = choose(incident_id=incident.id, **more).pack()
        answer = await stage.sim.press(CHARLIE, OPS, card.id, data=data)
    assert answer.text.startswith("You are not in the team's chat")
    assert (await stage.entries(incident))[-1] == ("refused", "Charlie (id 103)", "telegram")
    assert len(card.versions) == 1


async def test_a_menu_speaks_the_chats_language(stage: Stage) -> None:
    await _speak_russian(stage)
    await stage.incident()
    t = translator_of("ru")
    async with stage.running():
        card = await stage.sim.expect(OPS, button=t("Snooze"))
        await stage.press(ALICE, card, t("Snooze"))
        menu = await stage.sim.expect(OPS, button=t("Back"))
    assert labels(menu)[:2] == [t("1 hour"), t("4 hours")]
    assert t("1 hour") != "1 hour"


async def _speak_russian(stage: Stage) -> None:
    async with stage.database.writing() as session:
        (await session.merge(await stage.chat_row())).locale = "ru"
