"""Faults on demand: the rules in force, and which of them strikes."""

import asyncio
from dataclasses import dataclass, field
from random import Random

from bot.simulator.api.rules import CALLS, DELIVERIES, UPDATES, Action, Rule, Target
from bot.simulator.changes import Changes
from bot.simulator.clock import Clock

MOST = 100


@dataclass(slots=True)
class Fault:
    """A rule in force, and what came of it."""

    rule: Rule
    id: int
    added_at: float
    met: int = 0
    struck: int = 0
    lifted: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def action(self) -> Action:
        return self.rule.action

    def has_begun(self, now: float) -> bool:
        return self.added_at + self.rule.starts <= now

    def left(self, now: float) -> float | None:
        """Seconds until the window is over, None where there is none."""
        rule = self.rule
        return None if rule.lasts is None else self.added_at + rule.starts + rule.lasts - now

    def is_over(self, now: float) -> bool:
        left = self.left(now)
        return self.struck == self.rule.times or (left is not None and left <= 0)

    def strikes(self) -> bool:
        """Count a match; the same seed strikes the same matches in every run."""
        self.met += 1
        if self.met < self.rule.nth:
            return False
        drawn = Random(f"{self.rule.seed}/{self.met}").random()  # noqa: S311 - not a secret
        return drawn * 100 < self.rule.percent


class Faults:
    """The rules in force, oldest first; the first one that strikes is the only one."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._faults: list[Fault] = []
        self._held: list[Fault] = []
        self._added = 0

    @property
    def rules(self) -> list[Fault]:
        now = self._clock.now()
        self._faults = [fault for fault in self._faults if not fault.is_over(now)]
        return self._faults

    def add(self, rule: Rule) -> Fault:
        if len(self.rules) >= MOST:
            raise ValueError(f"there are {MOST} faults already")
        self._added += 1
        fault = Fault(rule, self._added, self._clock.now())
        self._faults.append(fault)
        self._changes.announce("faults")
        return fault

    def clear(self) -> None:
        """Drop all rules and let go what hangs."""
        for fault in [*self._faults, *self._held]:
            fault.lifted.set()
        self._faults.clear()
        self._changes.announce("faults")

    def remove(self, fault_id: int) -> None:
        """Drop one rule and let go what it holds."""
        found = [fault for fault in [*self._faults, *self._held] if fault.id == fault_id]
        if not found:
            raise LookupError(f"no fault {fault_id}")
        found[0].lifted.set()
        self._faults = [fault for fault in self._faults if fault.id != fault_id]
        self._changes.announce("faults")

    def of_call(self, method: str, target: Target) -> Fault | None:
        return self._take(CALLS, method, target)

    def of_update(self, kind: str, target: Target) -> Fault | None:
        return self._take(UPDATES, kind, target)

    def of_delivery(self, kind: str, target: Target) -> Fault | None:
        return self._take(DELIVERIES, kind, target)

    def _take(self, actions: frozenset[str], name: str, target: Target) -> Fault | None:
        now = self._clock.now()
        fitting = (fault for fault in self.rules if fault.rule.fits(actions, name, target))
        struck = (fault for fault in fitting if fault.has_begun(now) and fault.strikes())
        fault = next(struck, None)
        if fault:
            fault.struck += 1
        return fault

    def refuses(self) -> bool:
        """Whether nobody is let in now."""
        now = self._clock.now()
        return any(fault.has_begun(now) for fault in self._refusals())

    def until_refusal_turns(self) -> float | None:
        """Seconds until a window in which nobody is let in begins or ends."""
        now = self._clock.now()
        begins = [fault.added_at + fault.rule.starts - now for fault in self._refusals()]
        ends = [fault.left(now) or 0 for fault in self._refusals()]
        return min((seconds for seconds in begins + ends if seconds > 0), default=None)

    def _refusals(self) -> list[Fault]:
        return [fault for fault in self.rules if fault.action == "refused"]

    async def hold(self, fault: Fault) -> None:
        """Wait until the rule is taken away or its window is over."""
        self._held.append(fault)
        try:
            left = fault.left(self._clock.now())
            if left is None:
                await fault.lifted.wait()
            else:
                await self._clock.within(left, fault.lifted.wait())
        finally:
            self._held.remove(fault)
