"""Faults and events in any order: whatever happened, what must be so is so in the end.

The order is drawn from a seed, time is the stage's, and Telegram's limits are the real ones.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from benchmarks.far_side import Shown
from bot import receiver
from bot.app import Telegram
from bot.simulator.api.faults import Fault
from bot.simulator.api.rules import CallAction
from bot.simulator.settings import SimulatorSettings
from bot.simulator.state import Message, Press
from core.chats import ensure_chat
from core.levels import Level
from core.lifecycle import Action
from core.models import Card, Incident
from core.wishes import is_pending
from tests.bot.stage import ALICE, BOB, Stage
from tests.core.cards import count_on
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DEV = -1002
SEEDS = range(4)
EVENTS = 30
ROUNDS = 300
PATIENCE = 20
FAULTS: tuple[CallAction, ...] = (
    "429",
    "error",
    "html",
    "restart",
    "truncate",
    "bad_schema",
    "reset_before",
    "reset_after",
)
# After these there may be a message of which we were not told.
UNKNOWN = {"html", "restart", "error", "truncate", "bad_schema", "reset_before", "reset_after"}


@pytest.fixture
def simulator_settings() -> SimulatorSettings:
    return SimulatorSettings()


class Play:
    """What happens on the stage, drawn from a seed."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.random = random.Random(seed)
        self.incidents: list[Incident] = []
        self.presses: list[Press] = []
        self.faults: list[Fault] = []
        self._telegram: Telegram
        self._running: asyncio.Task[None]
        self._events: Sequence[Callable[[], Awaitable[None]]] = (
            self.open,
            self.open,
            self.report_more,
            self.report_more,
            self.act_on_the_web,
            self.press,
            self.press,
            self.fail,
            self.fail,
            self.delete,
            self.let_time_pass,
            self.restart,
        )

    async def begin(self) -> None:
        async with self.stage.database.writing() as session:
            (await ensure_chat(session, DEV, DEFAULTS)).is_default = True
        self.stage.sim.add_chat("supergroup", "Dev", [ALICE, BOB], chat_id=DEV)
        self.start()

    async def happen(self) -> None:
        await self.random.choice(self._events)()

    async def open(self) -> None:
        level = self.random.choice(list(Level))
        title = f"Trouble {'x' * len(self.incidents)}"
        self.incidents.append(await self.stage.incident(title=title, level=level))

    async def report_more(self) -> None:
        if self.incidents:
            await self._count_on(self.random.choice(self.incidents))

    async def act_on_the_web(self) -> None:
        if self.incidents:
            action = self.random.choice([Action.acknowledge, Action.snooze, Action.reopen])
            await self.stage.act(self.random.choice(self.incidents), action)

    async def press(self) -> None:
        if cards := self.cards():
            card = self.random.choice(cards)
            data = f"c1:{self.random.choice(['acknowledge', 'unacknowledge'])}:{number_of(card)}:0"
            who = self.random.choice([ALICE, BOB])
            self.presses.append(self.stage.sim.start_press(who, card.chat_id, card.id, data))

    async def fail(self) -> None:
        action = self.random.choice(FAULTS)
        code = 500 if action == "error" else 0
        method = self.random.choice(["sendMessage", "editMessageText", "getUpdates"])
        self.faults.append(self.stage.sim.fault(action, method, code=code, retry_after=2))

    def unknown(self) -> int:
        """How many messages there may be of which the bot was not told."""
        return sum(fault.struck for fault in self.faults if fault.action in UNKNOWN)

    async def delete(self) -> None:
        if cards := self.cards():
            card = self.random.choice(cards)
            self.stage.sim.delete(card.chat_id, card.id)

    async def let_time_pass(self) -> None:
        await self.answered()
        self.stage.clock.skip(self.random.uniform(1, 20))
        self.stage.wake()

    async def restart(self) -> None:
        await self.answered()
        await self.stop()
        self.start()

    async def settle(self) -> None:
        """Let time pass without faults until all is shown; each card is touched once more."""
        self.stage.sim.clear_faults()
        await self.answered()
        for incident in self.incidents:
            await self._count_on(incident)
        for _ in range(ROUNDS):
            if not await self._is_anything_pending():
                break
            self.stage.clock.skip(5)
            self.stage.wake()
            await asyncio.sleep(0.02)
        await self.stop()

    async def answered(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.stage.sim.world.changes.until(
                lambda: all(press.answer for press in self.presses) or None
            )

    def cards(self) -> list[Message]:
        """The cards that are there."""
        chats = [self.stage.sim.chat(chat_id) for chat_id in (OPS, DEV)]
        found = [message for chat in chats for message in chat.messages.values()]
        return [one for one in found if not one.deleted and Shown.read(one.current.text)]

    def start(self) -> None:
        self._telegram = self.stage.telegram()
        self._running = asyncio.create_task(self._telegram.run())

    async def stop(self) -> None:
        await self._telegram.stop()
        await self._running

    async def _count_on(self, incident: Incident) -> None:
        async with self.stage.database.writing() as session:
            found = await session.get_one(Incident, incident.id)
            found.count += 1
            await count_on(session, incident.id)
        self.stage.wake()

    async def _is_anything_pending(self) -> bool:
        async with self.stage.database.reading() as session:
            pending = select(func.count()).select_from(Card).where(is_pending(Card))
            return bool(await session.scalar(pending))


def number_of(card: Message) -> int:
    shown = Shown.read(card.current.text)
    assert shown
    return shown.number


def counts_of(card: Message) -> list[int]:
    return [shown.count for version in card.versions if (shown := Shown.read(version.text))]


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_must_be_so_is_so_in_the_end(
    stage: Stage, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MAX_PAUSE", timedelta(0))
    play = Play(stage, seed)
    await play.begin()
    for _ in range(EVENTS):
        await play.happen()
        await asyncio.sleep(0)
    await play.settle()

    await shows_each_incident_once_in_each_chat(play)
    assert all(press.answer for press in play.presses)
    assert {update.status for update in await stage.updates()} <= {"done"}
    for card in play.cards():
        assert all(before <= after for before, after in pairwise(counts_of(card)))
    kept_to_the_limits(stage)


async def shows_each_incident_once_in_each_chat(play: Play) -> None:
    async with play.stage.database.reading() as session:
        incidents = (await session.scalars(select(Incident))).all()
    wanted = {
        (chat_id, Shown(incident.id, incident.count, incident.status))
        for incident in incidents
        for chat_id in (OPS, DEV)
    }
    shown = [(card.chat_id, Shown.read(card.current.text)) for card in play.cards()]
    assert wanted <= set(shown)
    assert len(shown) - len(wanted) <= play.unknown()


def kept_to_the_limits(stage: Stage) -> None:
    """Telegram itself had nothing to refuse."""
    meter = stage.sim.world.meter
    assert max(meter.chats[chat_id].most for chat_id in (OPS, DEV)) <= 20
    assert [call for call in stage.sim.calls() if call.status == 429 and not call.fault] == []
