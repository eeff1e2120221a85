"""What Telegram's side saw: the simulator's stream of changes, read as it happens.

All numbers about delivery come from here: from what was called, refused and shown.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from core.lifecycle import Status

Json = dict[str, Any]

_NUMBER = re.compile(r"^.*#(\d+) · ")
_COUNT = re.compile(r"^(\d+) reports? · ", re.MULTILINE)
_MARKS = (("✅", Status.resolved), ("💤 ", Status.snoozed), ("👤 ", Status.acknowledged))


@dataclass(frozen=True, slots=True)
class Shown:
    """What one version of a card says."""

    number: int
    count: int
    status: Status

    @classmethod
    def read(cls, text: str) -> "Shown | None":
        """Read a card's text; None for a message that is no card."""
        number, count = _NUMBER.match(text), _COUNT.search(text)
        if not number or not count:
            return None
        lines = text.splitlines()[:3]
        status = next(
            (status for mark, status in _MARKS if any(line.startswith(mark) for line in lines)),
            Status.open,
        )
        return cls(int(number[1]), int(count[1]), status)


@dataclass(slots=True)
class CardMessage:
    """A message that shows an incident, with all its versions as (since when, what)."""

    chat_id: int
    message_id: int
    versions: list[tuple[float, Shown]]
    deleted: bool = False

    @property
    def now(self) -> Shown:
        return self.versions[-1][1]

    @property
    def created_at(self) -> float:
        return self.versions[0][0]

    def shown_since(self, moment: float, status: Status) -> float | None:
        """When after a moment it first showed a status."""
        return next(
            (at for at, shown in self.versions if at >= moment and shown.status is status), None
        )


class FarSide:
    """The cards in every chat and the calls of the bot."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cards: dict[tuple[int, int], CardMessage] = {}
        self.calls: list[Json] = []
        self.changed = asyncio.Event()

    async def follow(self) -> None:
        """Read the stream until cancelled."""
        forever = ClientTimeout(total=None)
        async with (
            ClientSession(timeout=forever, read_bufsize=2**22) as http,
            http.get(f"{self.base}/sim/events") as stream,
        ):
            async for line in stream.content:
                if line.startswith(b"data: "):
                    self._take(json.loads(line[6:]))

    def by_incident(self) -> dict[tuple[int, int], list[CardMessage]]:
        """The cards ever made, by (incident, chat), oldest first: a second one is a duplicate."""
        found: dict[tuple[int, int], list[CardMessage]] = {}
        for card in self.cards.values():
            found.setdefault((card.now.number, card.chat_id), []).append(card)
        return found

    def refused(self) -> int:
        return sum(call["status"] == 429 for call in self.calls)

    def spent(self, chat_id: int | None = None) -> list[Json]:
        """The calls that made or changed a message, of one chat or of all."""
        return [call for call in self.calls if _spends(call) and chat_id in {None, _chat_of(call)}]

    async def next_calls(self, count: int) -> None:
        """Wait until the bot has made so many more calls."""
        wanted = len(self.calls) + count
        while len(self.calls) < wanted:
            self.changed.clear()
            await self.changed.wait()

    def _take(self, change: Json) -> None:
        if change["kind"] == "call":
            self.calls.append(change["call"])
        elif change["kind"] == "message" and change["message"]["from"]["is_bot"]:
            self._take_message(change["message"])
        self.changed.set()

    def _take_message(self, message: Json) -> None:
        key = message["chat_id"], message["message_id"]
        if versions := list(_versions_of(message)):
            card = self.cards.setdefault(key, CardMessage(*key, versions))
            card.versions, card.deleted = versions, message["deleted"]


def _versions_of(message: Json) -> Iterator[tuple[float, Shown]]:
    for version in message["versions"]:
        if shown := Shown.read(version["text"]):
            yield version["at"], shown


def _spends(call: Json) -> bool:
    return bool(call["ok"]) and call["method"] in {"sendMessage", "editMessageText"}


def _chat_of(call: Json) -> int:
    return int(call["parameters"]["chat_id"])
