"""The rate meter: always measures, in mode "real" also refuses as Telegram would.

It knows nothing of the product's own pacing; tests judge that by what is measured here.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import ceil

from bot.simulator.api.errors import too_many_requests
from bot.simulator.clock import Clock
from bot.simulator.settings import Limits
from bot.simulator.state import Chat

MINUTE = 60.0


@dataclass(slots=True)
class Rate:
    """What one chat, or the whole bot, has taken lately."""

    taken: deque[float] = field(default_factory=deque)
    most: int = 0
    refused: int = 0
    full_at: float = 0.0  # GCRA: when the burst would be used up at the steady rate
    blocked_until: float = 0.0
    wait: float = 0.0
    ignored: int = 0

    def forget(self, before: float) -> None:
        while self.taken and self.taken[0] <= before:
            self.taken.popleft()

    def take(self, now: float) -> None:
        self.taken.append(now)
        self.most = max(self.most, len(self.taken))


class Meter:
    """Counts sends and edits per chat and calls overall, in rolling windows."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self.chats: dict[int, Rate] = defaultdict(Rate)
        self.overall = Rate()

    def spend(self, chat: Chat | None = None, messages: int = 1) -> None:
        """Count one call, of a chat where it makes or changes messages; or refuse it."""
        now = self._clock.now()
        self.overall.forget(now - 1.0)
        rate = self.chats[chat.id] if chat else None
        if rate:
            rate.forget(now - MINUTE)
        if self._limits.mode == "real":
            self._refuse_excess(chat, rate, now)
        self.overall.take(now)
        if rate:
            self._take(rate, now, messages)

    def _take(self, rate: Rate, now: float, messages: int) -> None:
        for _ in range(messages):
            rate.take(now)
        rate.full_at = max(rate.full_at, now) + messages / self._limits.chat_per_second
        rate.ignored = 0

    def _refuse_excess(self, chat: Chat | None, rate: Rate | None, now: float) -> None:
        if chat and rate:
            self._refuse(rate, self._chat_wait(chat, rate, now), now)
        if len(self.overall.taken) >= self._limits.overall_per_second:
            self._refuse(self.overall, self.overall.taken[0] + 1.0 - now, now)

    def _refuse(self, rate: Rate, wait: float, now: float) -> None:
        if wait > 0:
            rate.refused += 1
            rate.wait = ceil(wait)
            rate.blocked_until = max(rate.blocked_until, now + rate.wait)
            raise too_many_requests(wait)

    def _chat_wait(self, chat: Chat, rate: Rate, now: float) -> float:
        if now < rate.blocked_until:
            return self._ignored_wait(rate, now)
        limits = self._limits
        waits = [rate.full_at - (limits.chat_burst - 1) / limits.chat_per_second - now]
        if chat.kind != "private" and len(rate.taken) >= limits.group_per_minute:
            waits.append(rate.taken[-limits.group_per_minute] + MINUTE - now)
        return max(waits)

    def _ignored_wait(self, rate: Rate, now: float) -> float:
        rate.ignored += 1
        if rate.ignored > self._limits.calls_ignored:
            rate.blocked_until += rate.wait
        return rate.blocked_until - now
