"""/role: an admin names somebody by a reply."""

import pytest
from sqlalchemy import select

from bot.simulator.state import Message
from core.models import Person
from tests.bot.stage import ALICE, BOB, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADMINS = {"admins": str(ALICE)}
DORA = 104


async def replied(stage: Stage, user_id: int, to: Message, text: str) -> str:
    command = stage.sim.write(OPS, user_id, text, to.id)
    answer = await stage.sim.expect(OPS, lambda message: message.id > command.id)
    return answer.current.text


async def roles(stage: Stage) -> dict[str, str | None]:
    async with stage.database.reading() as session:
        return {person.name: person.role for person in await session.scalars(select(Person))}


async def test_a_reply_names_somebody_who_was_not_known(stage: Stage) -> None:
    stage.sim.add_user("Dora", user_id=DORA)
    stage.sim.set_member(OPS, DORA, "member")
    said = stage.sim.write(OPS, DORA, "Can I help?")
    async with stage.running(**ADMINS):
        told = await replied(stage, ALICE, said, "/role responder")
        assert (await roles(stage))["Dora"] == "responder"
        await replied(stage, ALICE, said, "/role@dispatcher_bot none")
        assert (await roles(stage))["Dora"] is None
    assert told == "Dora · responder: may act"


async def test_only_an_admin_names_roles(stage: Stage) -> None:
    said = stage.sim.write(OPS, BOB, "Make me the king")
    async with stage.running(**ADMINS):
        told = await replied(stage, BOB, said, "/role admin")
    assert told == "Only an admin of mine may name roles"
    assert set((await roles(stage)).values()) == {None}


@pytest.mark.parametrize("text", ["/role", "/role king"])
async def test_what_is_no_role_is_explained(stage: Stage, text: str) -> None:
    said = stage.sim.write(OPS, BOB, "Hello")
    async with stage.running(**ADMINS):
        told = await replied(stage, ALICE, said, text)
    assert told.startswith("Reply to a message of the person with one of: /role viewer,")


async def test_a_bot_and_an_anonymous_account_get_no_role(stage: Stage) -> None:
    async with stage.running(**ADMINS):
        for said in (
            stage.sim.write(OPS, ALICE, "/open", as_chat=OPS),
            await stage.sim.expect(OPS, text="I cannot see who you are"),
        ):
            told = await replied(stage, ALICE, said, "/role admin")
            assert told.startswith("Reply to a message of the person")
    assert set((await roles(stage)).values()) == {None}
