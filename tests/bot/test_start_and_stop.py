"""The start: who we are, the menu, the way updates come, and patience when Telegram is away."""

import json

import pytest
from structlog.testing import capture_logs

from bot import introduction, messenger
from bot.receiver import ALLOWED_UPDATES
from core import rivals
from core.delivery import DOUBT_PAUSE
from tests.bot.stage import ALICE, TOKEN, WEBHOOK, Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_start_is_tried_again_until_telegram_answers(stage: Stage) -> None:
    stage.sim.fault("html", "getMe")
    await stage.incident()
    async with stage.running():
        await stage.card()


async def test_the_bot_can_be_stopped_while_telegram_is_away(stage: Stage) -> None:
    stage.sim.fault("hang", "getMe")
    async with stage.running():
        await stage.sim.world.changes.until(lambda: not stage.sim.world.faults.rules or None)
    stage.sim.clear_faults()


async def test_a_bot_that_never_ran_can_be_stopped(stage: Stage) -> None:
    telegram = stage.telegram()
    await telegram.stop()
    await telegram.run()
    assert stage.sim.calls() == []


async def test_what_hangs_at_the_stop_is_given_up_and_done_by_the_next_start(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messenger, "FINISH_SECONDS", 0.1)
    stage.sim.fault("hang", "sendMessage")
    await stage.incident()
    async with stage.running():
        await stage.sim.world.changes.until(lambda: not stage.sim.world.faults.rules or None)
    stage.clock.skip(DOUBT_PAUSE.total_seconds())
    async with stage.running():
        await stage.card()


async def test_a_wrong_token_is_not_logged(stage: Stage) -> None:
    with capture_logs() as logs:
        async with stage.running(bot_token="43:NOT-THIS-ONE"):
            await stage.called("getMe")
    assert "NOT-THIS-ONE" not in str(logs)


async def test_the_menu_is_set_in_every_language_and_only_once(stage: Stage) -> None:
    async with stage.running():
        await stage.called("setMyCommands", 3)
    languages = [call.parameters.get("language_code") for call in stage.sim.calls("setMyCommands")]
    assert languages == [None, "en", "ru"]
    async with stage.running():
        await stage.called("getMyCommands", 6)
    assert len(stage.sim.calls("setMyCommands")) == 3


async def test_an_untitled_chat_gets_its_title_from_telegram(stage: Stage) -> None:
    async with stage.database.writing() as session:
        chat = await session.merge(await stage.chat_row())
        chat.title = ""
    async with stage.running():
        await stage.called("getChat")
        stage.sim.write(OPS, ALICE, "/open")
        await stage.sim.expect(OPS, text="Nothing is open.")
    chat = await stage.chat_row()
    assert (chat.title, chat.kind) == ("Ops", "supergroup")


async def test_the_webhook_is_set_only_when_it_differs(stage: Stage) -> None:
    for _ in range(2):
        async with stage.running(**WEBHOOK):
            await stage.called("getMyCommands")
    (call,) = stage.sim.calls("setWebhook")
    assert call.parameters["secret_token"] == WEBHOOK["webhook_secret"]
    assert json.loads(call.parameters["allowed_updates"]) == ALLOWED_UPDATES
    assert stage.sim.calls("getUpdates") == []


async def test_a_webhook_that_another_program_took_away_is_set_again_and_the_rival_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(introduction, "WEBHOOK_LOOK_SECONDS", 0.01)
    (bot,) = stage.sim.world.state.bots.values()
    with capture_logs() as logs:
        async with stage.running(**WEBHOOK):
            await stage.called("setWebhook")
            bot.webhook = None
            await stage.called("setWebhook", 2)
    assert rivals.WHAT_TO_DO in [entry["event"] for entry in logs]
    async with stage.database.reading() as session:
        assert await rivals.rival_seen_at(session, stage.clock.now())


async def test_polling_takes_an_old_webhook_away(stage: Stage) -> None:
    async with stage.running(**WEBHOOK):
        await stage.called("setWebhook")
    async with stage.running():
        await stage.called("deleteWebhook")
        stage.sim.write(OPS, ALICE, "/open")
        await stage.sim.expect(OPS, text="Nothing is open.")


async def test_no_log_line_of_a_bad_day_carries_the_token(stage: Stage) -> None:
    stage.sim.fault("html", "sendMessage")
    stage.sim.fault("reset_before", "getUpdates")
    await stage.incident()
    with capture_logs() as logs:
        async with stage.running():
            await stage.called("sendMessage")
            await stage.lane()
    assert logs
    assert TOKEN.partition(":")[2] not in str(logs)
