"""The inbox: stored before confirmed, handled once, in order, and nothing blocks the next."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import GetUpdates
from aiohttp import web
from structlog.testing import capture_logs

from bot import receiver
from bot.app import Telegram
from bot.callbacks import CardPress
from bot.receiver import MAX_WEBHOOK_BYTES, WEBHOOK_PATH, lane_of, query_id_of
from core import inbox, incidents, lanes, rivals
from core.db import Database
from core.lifecycle import Action
from core.models import Incident, Lane
from tests.bot.stage import ALICE, BOB, WEBHOOK, Stage, running
from tests.factories import OPS

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = WEBHOOK["webhook_secret"]


async def lane_blocked(stage: Stage) -> datetime:
    """Wait until the whole bot is held back; returns until when."""
    async with asyncio.timeout(5):
        while True:
            async with stage.database.reading() as session:
                if until := (await session.get_one(Lane, lanes.BOT)).blocked_until:
                    return until
            await asyncio.sleep(0.01)


def press_of(
    incident: Incident,
    action: Action = Action.acknowledge,
    *,
    update_id: int = 7,
    user_id: int = BOB,
    query_id: str = "",
) -> bytes:
    """A press as Telegram sends it, on a card too old for Telegram to show."""
    query = {
        "id": query_id or str(update_id),
        "from": {"id": user_id, "is_bot": False, "first_name": "Bob"},
        "message": {"message_id": 1, "date": 0, "chat": {"id": OPS, "type": "supergroup"}},
        "chat_instance": "1",
        "data": CardPress(action=action, incident_id=incident.id).pack(),
    }
    return json.dumps({"update_id": update_id, "callback_query": query}).encode()


async def kinds(stage: Stage, incident: Incident) -> list[str]:
    return [kind for kind, _, _ in await stage.entries(incident)]


async def statuses(stage: Stage) -> list[str]:
    return [update.status for update in await stage.updates()]


async def test_the_same_update_twice_changes_one_thing(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running(**WEBHOOK) as telegram:
        assert await telegram.receive_webhook(press_of(incident), SECRET)
        assert await telegram.receive_webhook(press_of(incident), SECRET)
        await stage.sim.expect(OPS, text="Bob has it")
        assert await telegram.receive_webhook(press_of(incident), SECRET)
    assert await kinds(stage, incident) == ["opened", "acknowledged"]
    assert await statuses(stage) == ["done"]


async def test_a_press_told_twice_under_two_numbers_changes_one_thing(stage: Stage) -> None:
    incident = await stage.incident()
    async with stage.running(**WEBHOOK) as telegram:
        await telegram.receive_webhook(press_of(incident, query_id="one"), SECRET)
        await telegram.receive_webhook(press_of(incident, query_id="one", update_id=1), SECRET)
        await stage.sim.expect(OPS, text="Bob has it")
    assert await kinds(stage, incident) == ["opened", "acknowledged"]
    assert await statuses(stage) == ["done"]


@pytest.mark.parametrize(
    ("pressed", "after"),
    [
        (Action.acknowledge, ["opened", "snoozed", "acknowledged"]),
        (Action.resolve, ["opened", "snoozed"]),
    ],
)
async def test_a_late_press_is_done_only_where_nobody_went_on_and_is_not_answered(
    stage: Stage, pressed: Action, after: list[str]
) -> None:
    incident = await stage.incident()
    telegram = stage.telegram(**WEBHOOK)
    await telegram.receive_webhook(press_of(incident, pressed), SECRET)
    stage.clock.skip(1)
    await stage.act(incident, Action.snooze)
    stage.clock.skip(61)
    async with running(telegram):
        await stage.handled(1)
    assert await kinds(stage, incident) == after
    assert stage.sim.calls("answerCallbackQuery") == []


async def test_a_late_press_on_what_nobody_touched_is_done(stage: Stage) -> None:
    incident = await stage.incident()
    telegram = stage.telegram(**WEBHOOK)
    await telegram.receive_webhook(press_of(incident, Action.resolve), SECRET)
    stage.clock.skip(3600)
    async with running(telegram):
        await stage.handled(1)
    assert await kinds(stage, incident) == ["opened", "resolved"]


async def test_what_was_stored_before_a_kill_is_handled_after_it(stage: Stage) -> None:
    incident = await stage.incident()
    killed = stage.telegram(**WEBHOOK)
    assert await killed.receive_webhook(press_of(incident), SECRET)
    assert await statuses(stage) == ["waiting"]
    async with stage.running(**WEBHOOK):
        await stage.sim.expect(OPS, text="Bob has it")
    assert await statuses(stage) == ["done"]


async def test_a_poisoned_update_is_set_aside_and_the_next_goes_on(stage: Stage) -> None:
    incident = await stage.incident()
    poison = b'{"update_id": 6, "callback_query": {"from": {"id": 102}, "id": []}}'
    telegram = stage.telegram(**WEBHOOK)
    await telegram.receive_webhook(poison, SECRET)
    await telegram.receive_webhook(press_of(incident), SECRET)
    async with running(telegram):
        await stage.sim.expect(OPS, text="Bob has it")
    poisoned, press = await stage.updates()
    assert (poisoned.status, press.status) == ("dead", "done")
    assert poisoned.error


async def test_a_handler_that_always_fails_sets_its_update_aside_and_answers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(inbox, "RETRY_PAUSE", timedelta(0))
    monkeypatch.setattr(incidents, "act", fail)
    await stage.incident()
    async with stage.running():
        card = await stage.card()
        assert await stage.press(BOB, card, "Resolve") == (
            "That did not work. The program's log says why"
        )
        monkeypatch.undo()
        assert (await stage.press(BOB, card, "Resolve")).startswith("Resolved by you")
    dead, done = await stage.updates()
    assert (dead.status, dead.attempts, done.status) == ("dead", inbox.MAX_ATTEMPTS, "done")
    assert "no such luck" in (dead.error or "")


async def test_a_handler_that_fails_once_leaves_no_trace_of_the_first_try(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, tries = incidents.act, []

    async def act_then_fail(*args: Any, **details: Any) -> Any:
        outcome = await act(*args, **details)
        tries.append(outcome)
        if len(tries) == 1:
            raise RuntimeError("after the fact")
        return outcome

    monkeypatch.setattr(inbox, "RETRY_PAUSE", timedelta(0))
    monkeypatch.setattr(incidents, "act", act_then_fail)
    incident = await stage.incident()
    async with stage.running():
        toast = await stage.press(BOB, await stage.card(), "Acknowledge")
    assert toast.startswith("Acknowledged by you")
    assert len(tries) == 2
    assert await kinds(stage, incident) == ["opened", "acknowledged"]


async def test_presses_of_one_person_keep_their_order(stage: Stage) -> None:
    incident = await stage.incident()
    actions = [Action.acknowledge, Action.unacknowledge, Action.snooze, Action.resolve]
    async with stage.running():
        card = await stage.card()
        for action in actions:
            data = CardPress(action=action, incident_id=incident.id).pack()
            stage.sim.start_press(ALICE, OPS, card.id, data)
        await stage.sim.expect(OPS, text="Resolved by Alice")
    assert await kinds(stage, incident) == [
        "opened",
        "acknowledged",
        "unacknowledged",
        "snoozed",
        "resolved",
    ]


async def test_what_could_not_be_stored_is_not_confirmed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, tries = inbox.store, []

    async def fail_once(*args: Any) -> None:
        tries.append(args)
        if len(tries) == 1:
            raise OSError("the disk is full")
        await store(*args)

    monkeypatch.setattr(inbox, "store", fail_once)
    await stage.incident()
    async with stage.running():
        toast = await stage.press(BOB, await stage.card(), "Acknowledge")
    assert toast.startswith("Acknowledged by you")
    assert len(tries) == 2


async def test_a_second_poller_is_named_told_once_and_outlived(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "CONFLICT_PAUSE", timedelta(0))
    description = "Conflict: terminated by other getUpdates request"
    stage.sim.fault("error", "getUpdates", code=409, description=description, times=5)
    await stage.incident()
    with capture_logs() as logs:
        async with stage.running():
            await stage.press(BOB, await stage.card(), "Acknowledge")
            await stage.sim.expect(OPS, text="Another program takes this bot's updates")
    said = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert said == [rivals.WHAT_TO_DO] * 5
    told = [one for one in stage.sim.transcript(OPS) if "Another program" in str(one)]
    assert len(told) == 1


@pytest.mark.parametrize(("conflicts", "pause"), [(1, 5), (2, 10), (3, 20), (4, 30), (9, 30)])
def test_a_conflict_is_waited_out_for_5_to_30_seconds(conflicts: int, pause: int) -> None:
    conflict = TelegramConflictError(GetUpdates(), "terminated by other getUpdates request")
    assert receiver.pause_after(conflict, conflicts) == pause


async def test_a_webhook_call_with_a_wrong_secret_changes_nothing(stage: Stage) -> None:
    incident = await stage.incident()
    telegram = stage.telegram(**WEBHOOK)
    for secret in (None, "", "wrong", SECRET + "x", "ключ", "\udcff"):
        assert not await telegram.receive_webhook(press_of(incident), secret)
    assert await statuses(stage) == []


async def test_without_webhook_mode_no_call_is_taken(stage: Stage) -> None:
    telegram = stage.telegram(webhook_secret=SECRET)
    assert not await telegram.receive_webhook(b'{"update_id": 1}', SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"update_id": "1"}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b"[" * 100_000,
        b"1" * MAX_WEBHOOK_BYTES,
    ],
)
async def test_a_webhook_call_that_is_no_update_is_taken_and_dropped(
    stage: Stage, body: bytes
) -> None:
    telegram = stage.telegram(**WEBHOOK)
    assert await telegram.receive_webhook(body, SECRET)
    assert await statuses(stage) == []


@asynccontextmanager
async def web_server(telegrams: list[Telegram]) -> AsyncIterator[str]:
    """Stand in for the web pages: hand webhook calls to the bot."""

    async def take(request: web.Request) -> web.Response:
        taken = await telegrams[0].receive_webhook(
            await request.read(), request.headers.get(HEADER)
        )
        return web.Response(status=200 if taken else 401)

    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_press_comes_through_the_webhook(stage: Stage) -> None:
    await stage.incident()
    telegrams: list[Telegram] = []
    async with web_server(telegrams) as address:
        telegrams.append(stage.telegram(**{**WEBHOOK, "public_url": address}))
        async with running(telegrams[0]):
            card = await stage.card()
            toast = await stage.press(BOB, card, "Acknowledge")
            await stage.sim.expect(OPS, text="Bob has it")
    assert toast.startswith("Acknowledged by you")
    assert stage.sim.calls("getUpdates") == []


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"callback_query": {"from": {"id": 5}}}, 5),
        ({"message": {"chat": {"id": -7}, "from": {"id": 5}}}, -7),
        ({"my_chat_member": {"chat": {"id": -7}}}, -7),
        ({"chat_member": {"chat": {"id": -7}}}, -7),
        ({"poll": {"id": "1"}}, 0),
        ({"message": None}, 0),
        ({"message": {"chat": {"id": "x"}}}, 0),
        ({"message": {"chat": {"id": 2**70}}}, 0),
    ],
)
def test_an_update_waits_for_its_presser_or_its_chat(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


@pytest.mark.parametrize(
    ("query", "known_by"),
    [
        ({"id": "4382"}, "4382"),
        ({"id": 7}, None),
        ({"id": "\0"}, None),
        ({"id": "7" * 65}, None),
        (None, None),
    ],
)
def test_a_press_is_known_by_its_id_where_it_has_a_sane_one(
    query: object, known_by: str | None
) -> None:
    assert query_id_of({"update_id": 1, "callback_query": query}) == known_by


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_of_two_processes_one_asks_for_updates_and_both_handle_them(stage: Stage) -> None:
    await stage.incident()
    other = Database(stage.database.url.render_as_string(hide_password=False))
    async with stage.running(), running(Telegram(stage.settings(), other, announce=print)):
        card = await stage.card()
        assert await stage.press(BOB, card, "Acknowledge")
        assert await stage.press(ALICE, card, "Resolve")
    await other.close()
    assert await statuses(stage) == ["done", "done"]
    assert all(call.status in {0, 200} for call in stage.sim.calls("getUpdates"))
    assert len(stage.sim.calls("getWebhookInfo")) == 1


async def test_who_may_not_ask_for_updates_sends_nothing_either(stage: Stage) -> None:
    stage.sim.fault("429", "getUpdates", retry_after=600)
    async with stage.running():
        await stage.called("getUpdates")
        bot = await lane_blocked(stage)
    assert bot >= stage.clock.now() + timedelta(seconds=500)
