"""The stage of the bot's tests: a database, simulated Telegram with the same people, a clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.app import Telegram
from bot.simulator.clock import Clock
from bot.simulator.simulator import Simulator
from bot.simulator.state import Answer, Call, Message
from core import incidents
from core.db import Database
from core.lifecycle import Action
from core.models import Card, Chat, Entry, Incident, Lane, Update
from core.settings import Settings, load_settings
from core.tally import Tally
from core.timeline import timeline
from tests.factories import OPS, Scene, actor_of, make_incident, make_scene

TOKEN = "42:SIMULATED-TELEGRAM"
ALICE, BOB, CHARLIE = 101, 102, 103
WEBHOOK = {
    "bot_mode": "webhook",
    "public_url": "https://dispatcher.example.com",
    "webhook_secret": "s3cret-of_the-webhook",
}


class SteppedClock:
    """Goes on from the scene's beginning like any clock, and jumps when a test says so."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()
        self._skipped = 0.0

    def seconds(self) -> float:
        return time.monotonic() - self._began + self._skipped

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds())

    def skip(self, seconds: float) -> None:
        self._skipped += seconds


class SimulatorClock(Clock):
    """Lets the simulator live by the stage's clock."""

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


@dataclass
class Stage:
    """Alice and Bob are in the supergroup Ops with the bot; Charlie is not."""

    sim: Simulator
    base: str
    database: Database
    clock: SteppedClock
    scene: Scene
    announced: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def settings(self, **overrides: Any) -> Settings:
        chosen = {
            "_env_file": None,
            "database_url": self.database.url.render_as_string(hide_password=False),
            "bot_token": TOKEN,
            "bot_api_url": self.base,
            "admin_chat": OPS,
            **overrides,
        }
        return load_settings(**chosen)

    def telegram(self, **overrides: Any) -> Telegram:
        return Telegram(
            self.settings(**overrides),
            self.database,
            announce=self.announced.append,
            clock=self.clock.now,
            seconds=self.clock.seconds,
            tally=self.tally,
        )

    @asynccontextmanager
    async def running(self, **overrides: Any) -> AsyncIterator[Telegram]:
        """Run the bot; it is stopped and must have ended without an error."""
        telegram = self.telegram(**overrides)
        async with running(telegram):
            yield telegram

    async def incident(self, **details: Any) -> Incident:
        """Open an incident and wake the messenger, as the intake would."""
        async with self.database.writing() as session:
            incident = await make_incident(session, self.clock.now(), self.scene.shop, **details)
        self.wake()
        return incident

    def wake(self) -> None:
        self.database.delivery_due.ring()

    async def card(self, text: str = "Payment failed") -> Message:
        return await self.sim.expect(OPS, text=text, button="Resolve")

    async def called(self, method: str, times: int = 1) -> list[Call]:
        """Wait until the bot has made a call so many times."""

        def enough() -> list[Call] | None:
            calls = self.sim.calls(method)
            return calls if len(calls) >= times else None

        async with asyncio.timeout(10):
            return await self.sim.world.changes.until(enough)

    async def press(self, user_id: int, message: Message, label: str) -> str:
        answer = await self.press_answer(user_id, message, label)
        return answer.text

    async def press_answer(self, user_id: int, message: Message, label: str) -> Answer:
        return await self.sim.press(user_id, message.chat_id, message.id, label)

    async def act(self, incident: Incident, action: Action) -> None:
        """Act as the web pages do."""
        async with self.database.writing() as session:
            now = self.clock.now()
            await incidents.act(session, now, incident.id, action, actor_of(self.scene.alice))

    async def entries(self, incident: Incident) -> Sequence[tuple[str, str, str]]:
        """The timeline as (kind, actor, source)."""
        async with self.database.reading() as session:
            found: Sequence[Entry] = await timeline(session, incident.id)
        return [(entry.kind, entry.actor, entry.source) for entry in found]

    async def card_row(self, incident: Incident) -> Card:
        async with self.database.reading() as session:
            query = select(Card).where(Card.incident_id == incident.id)
            return (await session.scalars(query)).one()

    async def lane(self, chat_id: int = OPS) -> Lane:
        """The way into a chat, once nothing is on it."""
        async with asyncio.timeout(10):
            while True:
                async with self.database.reading() as session:
                    lane = await session.get_one(Lane, chat_id)
                if lane.lease_owner is None:
                    return lane
                await asyncio.sleep(0.01)

    async def chat_row(self) -> Chat:
        async with self.database.reading() as session:
            return await session.get_one(Chat, OPS)

    async def handled(self, count: int, seconds: float = 5.0) -> None:
        """Wait until the inbox has handled so many updates; the database has no bell for that."""
        async with asyncio.timeout(seconds):
            while sum(row.status == "done" for row in await self.updates()) < count:  # noqa: ASYNC110 - another connection writes it
                await asyncio.sleep(0.01)

    async def updates(self) -> Sequence[Update]:
        async with self.database.reading() as session:
            return (await session.scalars(select(Update).order_by(Update.id))).all()


@asynccontextmanager
async def running(telegram: Telegram) -> AsyncIterator[None]:
    task = asyncio.create_task(telegram.run())
    try:
        yield
    finally:
        await telegram.stop()
        await task


async def build_stage(
    sim: Simulator, base: str, database: Database, clock: SteppedClock, now: datetime
) -> Stage:
    sim.add_bot(TOKEN)
    for user_id, name in ((ALICE, "Alice"), (BOB, "Bob"), (CHARLIE, "Charlie")):
        sim.add_user(name, user_id=user_id)
    sim.add_chat("supergroup", "Ops", [ALICE, BOB], chat_id=OPS)
    async with database.writing() as session:
        scene = await make_scene(session, now)
    return Stage(sim, base, database, clock, scene)
