"""/mute and /unmute, from the command to the card that comes without a sound."""

from datetime import timedelta

import pytest

from bot.simulator.state import Message
from core.apps import register
from core.chats import set_routes
from core.i18n import translator_of
from core.levels import Level
from core.roles import Role
from core.silences import silence, silences
from tests.bot.stage import ALICE, BOB, CHARLIE, Stage
from tests.factories import DEFAULTS, OPS, actor_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WEB = -1002


async def said(stage: Stage, chat_id: int, user_id: int, text: str) -> str:
    """Write something to the bot and read its answer."""
    question = stage.sim.write(chat_id, user_id, text)
    answer = await stage.sim.expect(chat_id, lambda message: message.id > question.id)
    return answer.current.text


async def muted(stage: Stage) -> list[tuple[str, str, str]]:
    """What is silent now as (app, by, reason)."""
    async with stage.database.reading() as session:
        found = await silences(session, stage.clock.now())
    return [(one.app.name, one.actor, one.reason) for one in found]


async def new_card(stage: Stage) -> Message:
    await stage.incident(level=Level.crit)
    return await stage.card()


async def test_mute_takes_the_sound_off_the_apps_cards_and_says_until_when(stage: Stage) -> None:
    async with stage.running():
        told = await said(stage, OPS, BOB, "/mute shop 2h planned  reboot")
        await new_card(stage)
    assert told.startswith("🔕 Shop makes no sound until 23 Nov 2026, 11:00:")
    assert told.endswith("(Bob: planned reboot)\n/unmute Shop ends it")
    assert await muted(stage) == [("Shop", "Bob", "planned reboot")]
    assert stage.sim.calls("sendMessage")[-1].parameters["disable_notification"] == "true"


async def test_unmute_gives_the_sound_back(stage: Stage) -> None:
    async with stage.running():
        await said(stage, OPS, BOB, "/mute Shop 1d")
        assert await said(stage, OPS, ALICE, "/unmute Shop") == "🔔 Shop makes sounds again"
        assert await said(stage, OPS, ALICE, "/unmute Shop") == "Shop was not muted"
        await new_card(stage)
    assert await muted(stage) == []
    assert "disable_notification" not in stage.sim.calls("sendMessage")[-1].parameters


async def test_a_silence_is_over_by_itself(stage: Stage) -> None:
    async with stage.running():
        await said(stage, OPS, BOB, "/mute Shop 30m")
        stage.clock.skip(timedelta(minutes=30).total_seconds())
        await new_card(stage)
    assert "disable_notification" not in stage.sim.calls("sendMessage")[-1].parameters


async def test_open_lists_what_is_muted(stage: Stage) -> None:
    async with stage.running():
        await said(stage, OPS, BOB, "/mute Shop until 23:00 reboot")
        answer = await said(stage, OPS, ALICE, "/open")
    assert answer.startswith("Nothing is open.\n\nMuted\n🔕 Shop makes no sound until ")
    assert "23:00:00 UTC (Bob: reboot)" in answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/mute", "Name an app, as in: /mute Shop. There are: Shop"),
        ("/mute Shoe 2h", "Name an app, as in: /mute Shop. There are: Shop"),
        ("/unmute", "Name an app, as in: /unmute Shop. There are: Shop"),
        ("/unmute Shop now", "Name an app, as in: /unmute Shop. There are: Shop"),
        ("/mute Shop", "Say for how long, at most 31 days, as in: /mute Shop 2h reason. "),
        ("/mute Shop 40d", "Say for how long, at most 31 days, as in: /mute Shop 2h reason. "),
    ],
)
async def test_what_is_missing_is_asked_for(stage: Stage, text: str, answer: str) -> None:
    async with stage.running():
        assert (await said(stage, OPS, BOB, text)).startswith(answer)
    assert await muted(stage) == []


async def test_a_reason_of_any_length_is_kept_bounded(stage: Stage) -> None:
    async with stage.running():
        await said(stage, OPS, BOB, "/mute Shop 2h " + "🔥" * 3000)
    ((_, _, reason),) = await muted(stage)
    assert len(reason) == 200


async def test_a_stranger_mutes_nothing(stage: Stage) -> None:
    async with stage.running():
        for text in ("/mute Shop 2h", "/unmute Shop"):
            answer = await said(stage, CHARLIE, CHARLIE, text)
            assert answer.startswith("I answer to the team only.")
    assert await muted(stage) == []


async def test_a_viewer_looks_but_mutes_nothing(stage: Stage) -> None:
    async with stage.database.writing() as session:
        (await session.merge(stage.scene.bob)).role = Role.viewer
    async with stage.running():
        assert await said(stage, OPS, BOB, "/open") == "Nothing is open."
        assert not (await said(stage, OPS, BOB, "/mute Shop 2h")).startswith("🔕")
    assert await muted(stage) == []


async def test_a_chat_mutes_and_sees_what_it_is_sent(stage: Stage) -> None:
    now = stage.clock.now()
    stage.sim.add_chat("supergroup", "Web", [BOB], chat_id=WEB)
    async with stage.database.writing() as session:
        blog = (await register(session, now, "Blog")).app
        await set_routes(session, blog.id, [WEB], DEFAULTS)
        until = now + timedelta(hours=1)
        await silence(session, now, stage.scene.shop, until, "", actor_of(stage.scene.alice))
    async with stage.running():
        refused = await said(stage, WEB, BOB, "/unmute Shop")
        assert refused == "Name an app, as in: /unmute Blog. There are: Blog"
        assert (await said(stage, WEB, BOB, "/mute Blog 1h")).startswith("🔕 Blog")
        assert "Shop" not in await said(stage, WEB, BOB, "/open")
        assert "Shop" in await said(stage, OPS, BOB, "/open")


async def test_mute_speaks_and_understands_russian(stage: Stage) -> None:
    stage.sim.world.state.users[BOB].language_code = "ru"
    async with stage.running():
        answer = await said(stage, BOB, BOB, "/mute Shop до 23:00 замена диска")
        missing = await said(stage, BOB, BOB, "/mute Shop")
    assert "замена диска" in answer
    sentence = "Say for how long, at most 31 days, as in: /mute %(app)s 2h reason. "
    whole = sentence + "30m, 2h, 1d and until 09:00 are understood."
    assert missing == translator_of("ru")(whole, app="Shop") != whole % {"app": "Shop"}
