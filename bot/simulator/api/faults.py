"""Faults on demand: which calls go wrong, how, and how often."""

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Literal

from bot.simulator.api.errors import ApiError, too_many_requests

Action = Literal["429", "error", "html", "reset_before", "reset_after", "hang"]


@dataclass(slots=True)
class Fault:
    """One rule; `times` None holds until the faults are cleared.

    reset_before and reset_after close the connection before or after the call took effect;
    hang holds the call back until the faults are cleared, then lets it through.
    """

    action: Action
    method: str = "*"
    chat_id: int | None = None
    times: int | None = 1
    retry_after: int = 1
    code: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, int] | None = None
    struck: int = 0

    def matches(self, method: str, chat_id: int) -> bool:
        return fnmatch(method.lower(), self.method.lower()) and self.chat_id in {None, chat_id}


class Faults:
    """The rules in force, first match wins."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._released = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self.rules.append(fault)

    def clear(self) -> None:
        """Drop all rules and let go what hangs."""
        self.rules.clear()
        self._released.set()
        self._released = asyncio.Event()

    def take(self, method: str, chat_id: int) -> Fault | None:
        fault = next((rule for rule in self.rules if rule.matches(method, chat_id)), None)
        if fault:
            fault.struck += 1
            if fault.struck == fault.times:
                self.rules.remove(fault)
        return fault

    async def strike(self, fault: Fault) -> None:
        """Refuse or hold the call, if that is what the fault does before the call."""
        if fault.action == "429":
            raise too_many_requests(fault.retry_after)
        if fault.action == "error":
            raise ApiError(fault.code, fault.description, fault.parameters)
        if fault.action == "hang":
            await self._released.wait()
