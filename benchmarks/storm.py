"""Delivery under storms: the whole program against the simulated Telegram with its real limits.

1 a storm: many reports of many incidents in many chats, and people who press
2 a flood: very many reports of one incident
3 the same storm as 1 while servers are killed
4 quiet: how long from an accepted report to its card

Real time, loopback only. What is printed comes from the simulator's own log and from the
database, beside the target for the full size; --seconds makes a storm shorter at the same rate.
"""

import argparse
import asyncio
import random
import statistics
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.storm_checks import absorbed_cards, duplicates, inexact_cards, lost_reports
from benchmarks.storm_scene import Scene, scene
from benchmarks.storm_traffic import Reporter, Traffic, eventually, flood, kill, press, report
from tests.databases import postgres_server, run_on_postgres, sqlite_url

REPORTS_A_MINUTE = 10_000
PRESSES_A_MINUTE = 300
FLOOD_A_MINUTE = 100_000
FINGERPRINTS = 400
SETTLE_SECONDS = 300
LIFE_SECONDS = 3.0  # the longest, of a server that is to be killed
KILL_SECONDS = 3.0  # of that a server takes a good part to start
QUIET_REPORTS = 100
QUIET_PAUSE_SECONDS = 0.25

Row = tuple[str, str, str]
Storm = Callable[[Scene, argparse.Namespace], Awaitable[list[Row]]]


async def storm(scene: Scene, arguments: argparse.Namespace, *, kills: int = 0) -> list[Row]:
    traffic = Traffic()
    seconds = max(arguments.seconds, kills * KILL_SECONDS)
    presses = round(PRESSES_A_MINUTE * seconds / 60)
    async with asyncio.TaskGroup() as happening:
        happening.create_task(press(scene, traffic, presses=presses, seconds=seconds))
        rage = _rage(scene, traffic, seconds, fingerprints=arguments.fingerprints, kills=kills)
        settling = happening.create_task(rage)
    rows = await _outcome(scene, traffic, *settling.result(), calm=not kills)
    return [*rows, *(_duplicates(scene, traffic) if kills else _latencies(scene, traffic))]


async def _rage(
    scene: Scene, traffic: Traffic, seconds: float, *, fingerprints: int, kills: int
) -> tuple[float | None, float | None]:
    """Let a storm rage; how long after it all cards were exact, and all were out again."""
    reports = round(REPORTS_A_MINUTE * seconds / 60)

    async def live() -> None:
        """Be there until the bot is, and for a while."""
        await scene.far_side.next_calls(1)
        await asyncio.sleep(random.uniform(0, LIFE_SECONDS))

    await asyncio.gather(
        report(scene, traffic, reports=reports, fingerprints=fingerprints, seconds=seconds),
        kill(scene.servers, traffic, kills=kills, alive=live),
    )
    exact = await eventually(lambda: _exact(scene), SETTLE_SECONDS)
    out = await eventually(lambda: _all_out(scene), SETTLE_SECONDS)
    return exact, None if exact is None or out is None else exact + out


async def killed(scene: Scene, arguments: argparse.Namespace) -> list[Row]:
    return await storm(scene, arguments, kills=arguments.kills)


async def one_incident(scene: Scene, arguments: argparse.Namespace) -> list[Row]:
    sender = scene.senders[0]
    accepted = await flood(
        scene.servers[0].url,
        sender,
        per_second=FLOOD_A_MINUTE / 60,
        seconds=arguments.seconds,
    )
    settled = await eventually(lambda: _exact(scene), SETTLE_SECONDS, 0.1)
    calls = sum(len(scene.far_side.spent(chat_id)) for chat_id in sender.chat_ids)
    return [
        ("reports accepted", f"{accepted}", ""),
        ("calls made, each chat", f"{calls / len(sender.chat_ids):.0f}", "<= 20"),
        ("exact after", _seconds(settled), "<= 10 s"),
        ("refused 429", f"{scene.far_side.refused()}", "0"),
    ]


async def quiet(scene: Scene, arguments: argparse.Namespace) -> list[Row]:
    traffic = Traffic()
    reporter = Reporter(scene, traffic)
    for number in range(arguments.quiet):
        sender = scene.senders[number % len(scene.senders)]
        await reporter.send(sender, f"quiet-{number}", crit=False)
        await asyncio.sleep(QUIET_PAUSE_SECONDS)
    await reporter.close()
    await eventually(lambda: _exact(scene), SETTLE_SECONDS)
    delays = _card_delays(scene, traffic)
    return list(_spread("202 to the card", delays, ("p50", 50, 0.05), ("p99", 99, 0.25)))


async def _exact(scene: Scene) -> bool:
    return await inexact_cards(scene.database, scene.far_side) == 0


async def _all_out(scene: Scene) -> bool:
    return await absorbed_cards(scene.database) == 0 and await _exact(scene)


async def _outcome(
    scene: Scene, traffic: Traffic, exact: float | None, out: float | None, *, calm: bool
) -> list[Row]:
    """Tell what came of it; that everybody is served in time is asked only while nobody kills."""
    none, soon = ("0", "<= 150 s") if calm else ("", "")
    inexact = await inexact_cards(scene.database, scene.far_side)
    unanswered = sum(press.seconds is None for press in traffic.presses)
    return [
        ("reports accepted", f"{len(traffic.accepted)}", ""),
        ("reports given up by their sender", f"{traffic.given_up}", none),
        ("accepted reports lost", f"{await lost_reports(scene.database, traffic)}", "0"),
        ("messages made and changed", f"{len(scene.far_side.spent())}", ""),
        ("refused 429", f"{scene.far_side.refused()}", none),
        ("presses", f"{len(traffic.presses)}", ""),
        ("presses without an answer", f"{unanswered}", none),
        ("cards exact after", _seconds(exact), soon),
        ("storms' cards dissolved after", _seconds(out), soon),
        ("cards inexact at the end", f"{inexact}", "0"),
    ]


def _latencies(scene: Scene, traffic: Traffic) -> list[Row]:
    answers = [press.seconds for press in traffic.presses if press.seconds is not None]
    edits = [shown for press in traffic.presses if (shown := press.shown_after()) is not None]
    crit = _card_delays(scene, traffic, crit_only=True)
    return [
        *_spread("answer to a press", answers, ("p50", 50, None), ("p95", 95, 0.3)),
        *_spread("edit after a press", edits, ("p50", 50, None), ("p95", 95, 2.0)),
        *_spread("new crit card", crit, ("p50", 50, None), ("p95", 95, 4.0)),
    ]


def _duplicates(scene: Scene, traffic: Traffic) -> list[Row]:
    found, unexplained = duplicates(scene.far_side, traffic)
    return [
        ("kills", f"{len(traffic.kills)}", ""),
        ("second cards, explained by a kill", f"{found - unexplained}", ""),
        ("second cards, unexplained", f"{unexplained}", "0"),
    ]


def _card_delays(scene: Scene, traffic: Traffic, *, crit_only: bool = False) -> list[float]:
    """How long after the answer to its first report each card stood in its chat."""
    opened = {
        accepted.incident: accepted.at
        for accepted in traffic.accepted
        if accepted.new and (accepted.crit or not crit_only)
    }
    cards = (cards[0] for cards in scene.far_side.by_incident().values())
    return [
        card.created_at - opened[card.now.number] for card in cards if card.now.number in opened
    ]


def _spread(
    what: str, found: Sequence[float], *places: tuple[str, int, float | None]
) -> Iterator[Row]:
    for name, percent, target in places:
        value = _percentile(found, percent)
        wanted = f"< {target * 1000:.0f} ms" if target else ""
        yield f"{what}, {name} of {len(found)}", f"{value * 1000:.0f} ms", wanted


def _percentile(found: Sequence[float], percent: int) -> float:
    return statistics.quantiles(found, n=100)[percent - 1] if len(found) > 1 else float("nan")


def _seconds(value: float | None) -> str:
    return f"{value:.1f} s" if value is not None else "never"


STORMS: dict[int, Storm] = {1: storm, 2: one_incident, 3: killed, 4: quiet}


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield sqlite_url(folder / "storm.db")
        return
    with postgres_server() as server:
        asyncio.run(run_on_postgres(server, "CREATE DATABASE storm"))
        yield server.set(database="storm").render_as_string(hide_password=False)


async def _run(number: int, folder: Path, url: str, arguments: argparse.Namespace) -> list[Row]:
    async with scene(
        folder, url, chat_count=arguments.chats, processes=arguments.processes
    ) as here:
        return await STORMS[number](here, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--storms", type=int, nargs="+", choices=STORMS, default=[1, 2, 3, 4])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1, help="servers; several on PostgreSQL")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--fingerprints", type=int, default=FINGERPRINTS)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--quiet", type=int, default=QUIET_REPORTS, help="reports of storm 4")
    arguments = parser.parse_args()
    random.seed(1)
    for number in arguments.storms:
        print(f"\nStorm {number}, {arguments.database}, {arguments.seconds:.0f} s")
        with (
            TemporaryDirectory(prefix="storm-") as folder,
            _database(arguments.database, Path(folder)) as url,
        ):
            for what, value, target in asyncio.run(_run(number, Path(folder), url, arguments)):
                print(f"  {what:<40}{value:>12}  {target}")


if __name__ == "__main__":
    main()
