"""What happens in a storm: apps report at a steady rate, people press buttons, and servers die."""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, TCPConnector

from benchmarks.far_side import CardMessage, FarSide, Json
from benchmarks.storm_scene import PEOPLE, Scene, Sender, Server
from core.lifecycle import Action, Status

CONNECTIONS = 64
RETRY_SECONDS = 0.2
GIVE_UP_SECONDS = 60
PRESS_SECONDS = 60
REST_SECONDS = 10.0  # between two presses on one incident, so that each edit has one cause
_SHOWS = {Action.acknowledge: Status.acknowledged, Action.unacknowledge: Status.open}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A report that was answered 202."""

    uid: UUID
    at: float
    incident: int
    new: bool
    crit: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press, how long its answer took, and whether it changed anything."""

    card: CardMessage
    action: Action
    at: float
    seconds: float | None
    changed: bool

    def shown_after(self) -> float | None:
        """How long until the card showed it; None when it changed nothing or is not shown."""
        shown_at = self.card.shown_since(self.at, _SHOWS[self.action]) if self.changed else None
        return None if shown_at is None else shown_at - self.at


@dataclass
class Traffic:
    accepted: list[Accepted] = field(default_factory=list)
    given_up: int = 0
    presses: list[Pressed] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)


async def paced(count: int, seconds: float) -> AsyncIterator[int]:
    """Count up evenly over so many seconds."""
    began = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number * seconds / count - time.monotonic()))
        yield number


class Reporter:
    """Sends reports until they are accepted; what is sent again after a lost answer is the same."""

    def __init__(self, scene: Scene, traffic: Traffic) -> None:
        self._servers = itertools.cycle(scene.servers)
        self._traffic = traffic
        connector = TCPConnector(limit=CONNECTIONS)
        self._http = ClientSession(connector=connector, timeout=ClientTimeout(total=10))

    async def send(self, sender: Sender, fingerprint: str, *, crit: bool) -> Accepted | None:
        uid, level = uuid4(), "crit" if crit else "error"
        incident = {"title": f"Trouble {fingerprint}", "message": "the bank said no"}
        details = {"level": level, "fingerprint": fingerprint, "report_id": str(uid)}
        body = {"incident": incident | details, "app_name": sender.name, "code": sender.code}
        end = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < end:
            if answer := await self._post(body):
                told = answer["incident"]
                accepted = Accepted(uid, time.time(), told["id"], told["new"], crit)
                self._traffic.accepted.append(accepted)
                return accepted
            await asyncio.sleep(RETRY_SECONDS)
        self._traffic.given_up += 1
        return None

    async def close(self) -> None:
        await self._http.close()

    async def _post(self, body: Mapping[str, object]) -> Json | None:
        """Post a report; None when it has to be sent again."""
        url = f"{next(self._servers).url}/api/v1/reports"
        try:
            async with self._http.post(url, json=body) as answer:
                accepted: Json | None = await answer.json() if answer.status == 202 else None
                return accepted
        except (ClientConnectionError, TimeoutError):
            return None


async def report(
    scene: Scene, traffic: Traffic, *, reports: int, fingerprints: int, seconds: float
) -> None:
    """Spread reports over fingerprints, of which every tenth is crit, and these over the apps."""
    reporter = Reporter(scene, traffic)
    async with asyncio.TaskGroup() as sending:
        async for number in paced(reports, seconds):
            choice = number if number < fingerprints else random.randrange(fingerprints)
            sender = scene.senders[choice % len(scene.senders)]
            # Every tenth, and not always in the same chats.
            crit = (choice + choice // len(scene.senders)) % 10 == 0
            sending.create_task(reporter.send(sender, f"storm-{choice}", crit=crit))
    await reporter.close()


async def flood(url: str, sender: Sender, *, per_second: float, seconds: float) -> int:
    """Send reports of one incident from a process of their own; returns how many were accepted."""
    options = {
        "port": url.rpartition(":")[2],
        "connections": CONNECTIONS,
        "seconds": seconds,
        "per-second": per_second,
        "app": sender.name,
        "code": sender.code,
    }
    command = ["-m", "benchmarks.load"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return int(json.loads(told)["statuses"].get("202", 0))


async def press(
    scene: Scene,
    traffic: Traffic,
    *,
    presses: int,
    seconds: float,
    patience: float = PRESS_SECONDS,
) -> None:
    """Acknowledge cards and give them back, in every chat alike, where nobody pressed lately."""
    rested: dict[int, float] = {}
    pressed: Counter[int] = Counter()
    all_at_once, unhurried = TCPConnector(limit=0), ClientTimeout(total=None)
    async with (
        ClientSession(scene.far_side.base, connector=all_at_once, timeout=unhurried) as http,
        asyncio.TaskGroup() as pressing,
    ):
        async for _ in paced(presses, seconds):
            now = time.monotonic()
            found = [
                card
                for card in _pressable(scene.far_side)
                if rested.get(card.now.number, 0.0) <= now
            ]
            if found:
                random.shuffle(found)
                card = min(found, key=lambda one: pressed[one.chat_id])
                pressed[card.chat_id] += 1
                rested[card.now.number] = now + REST_SECONDS
                pressing.create_task(_press(http, traffic, card, patience))


async def kill(
    servers: Sequence[Server], traffic: Traffic, *, kills: int, alive: Callable[[], Awaitable[None]]
) -> None:
    """Kill one server after the other when it has been `alive` for a while; start it again."""
    for number in range(kills):
        server = servers[number % len(servers)]
        await alive()
        await server.kill()
        traffic.kills.append(time.time())
        await server.serve()


async def eventually(
    condition: Callable[[], Awaitable[bool]], seconds: float, pause: float = 0.25
) -> float | None:
    """Wait until something is so; how long it took, None when it never was."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < seconds:
        if await condition():
            return spent
        await asyncio.sleep(pause)
    return None


def _pressable(far_side: FarSide) -> list[CardMessage]:
    newest = [cards[-1] for cards in far_side.by_incident().values()]
    return [card for card in newest if card.now.status in {Status.open, Status.acknowledged}]


async def _press(http: ClientSession, traffic: Traffic, card: CardMessage, patience: float) -> None:
    is_open = card.now.status is Status.open
    action = Action.acknowledge if is_open else Action.unacknowledge
    body = {
        "user_id": random.choice(PEOPLE),
        "data": f"c1:{action}:{card.now.number}:0",
        "timeout": patience,
    }
    at = time.time()
    url = f"/sim/messages/{card.chat_id}/{card.message_id}/press"
    async with http.post(url, json=body) as response:
        answer = await response.json() if response.status == 200 else None
    seconds = time.time() - at if answer else None
    told = answer["text"] if answer else ""
    traffic.presses.append(Pressed(card, action, at, seconds, changed="by you" in told))
