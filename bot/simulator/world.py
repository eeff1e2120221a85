"""The simulated Telegram in one process: its state, its clock, its meter and its faults.

Both sides, bots and people, change it through the few functions here; every change is
announced once. All of it runs in one event loop, and no change waits in the middle.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.api import updates
from bot.simulator.api.errors import ApiError, restarting
from bot.simulator.api.faults import Fault, Faults
from bot.simulator.api.limits import Meter
from bot.simulator.api.rules import target_of_update
from bot.simulator.changes import Changes
from bot.simulator.clock import Clock
from bot.simulator.settings import SimulatorSettings
from bot.simulator.state import Bot, Call, Chat, Json, Message, State, User, Version


@dataclass(slots=True)
class Poll:
    """A getUpdates request that waits."""

    refusal: ApiError | None = None


@dataclass(slots=True)
class Polling:
    """What the server remembers of a bot's getUpdates requests."""

    current: Poll | None = None
    offset: int | None = None
    started_at: float = 0.0
    next_conflict_at: float = 0.0


class World:
    """Everything the two sides share."""

    def __init__(
        self,
        settings: SimulatorSettings | None = None,
        *,
        seed: Callable[["World"], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings or SimulatorSettings()
        self.clock = clock or Clock()
        self.changes = Changes()
        self.faults = Faults(self.clock, self.changes)
        self.tasks: set[asyncio.Task[None]] = set()
        self.polling: dict[int, Polling] = defaultdict(Polling)
        self._seed = seed
        self._begin(State())
        self._plant()

    def _begin(self, state: State) -> None:
        self.state = state
        self.meter = Meter(self.settings.limits, self.clock)

    def _plant(self) -> None:
        if self._seed:
            self._seed(self)

    def reset(self) -> None:
        """Forget everything and seed again."""
        self._end()
        self._begin(State())
        self._plant()
        self.changes.announce("reset")

    def restore(self, state: State) -> None:
        """Go on from what was kept."""
        self._end()
        self._begin(state)
        self.changes.announce("reset")

    def _end(self) -> None:
        """Tell whoever waits to come back."""
        self.faults.clear()
        for bot_id in self.state.bots:
            self.end_poll(bot_id, restarting())

    def now(self) -> float:
        return self.clock.now()

    def person(self, user_id: int) -> User:
        return self.state.person(user_id)

    def emit(self, bot: Bot, kind: str, payload: Json) -> None:
        """Queue an update for a bot, unless a fault makes it late."""
        fault = self.faults.of_update(kind, target_of_update(payload))
        if fault and fault.action == "late_callback":
            self._later(fault.rule.seconds, lambda: self._queue(bot, kind, payload, None))
        else:
            self._queue(bot, kind, payload, fault)

    def _queue(self, bot: Bot, kind: str, payload: Json, fault: Fault | None) -> None:
        if updates.add(bot, kind, payload, self.now()):
            if fault:
                updates.disorder(bot, fault.action)
            self.changes.announce("update", bot)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        async def wait() -> None:
            await self.clock.sleep(seconds)
            act()

        task = asyncio.create_task(wait())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def end_poll(self, bot_id: int, refusal: ApiError) -> None:
        if poll := self.polling[bot_id].current:
            poll.refusal = refusal
            self.changes.announce("poll")

    def post(self, chat: Chat, sender_id: int, version: Version, **details: Any) -> Message:
        message = Message(
            chat.next_message_id, chat.id, sender_id, version.at, [version], **details
        )
        chat.next_message_id += 1
        chat.messages[message.id] = message
        self.changes.announce("message", message)
        return message

    def revise(self, message: Message, version: Version) -> None:
        message.versions.append(version)
        self.changes.announce("message", message)

    def remove(self, message: Message) -> None:
        message.deleted = True
        self.changes.announce("message", message)

    def log(self, call: Call) -> None:
        calls = self.state.calls
        calls.append(call)
        del calls[: -self.settings.calls_kept]
        self.changes.announce("call", call)
