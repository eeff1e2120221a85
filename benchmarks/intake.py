"""Intake: reports accepted each second, durable and grouped, beside a handler that does nothing.

Interleaved repetitions of: A the no-op, B all reports in one group, C every report in a group of
its own, D Sentry's envelopes in one group, beside a no-op that unpacks them; on SQLite and on
PostgreSQL. After each repetition the database must hold exactly the
reports that were taken, and the counters must add up. A repetition in which other
processes used more than a tenth of a core is dropped.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from benchmarks.processes import cpu_seconds, free_port, machine_cpu_seconds, memory_mib, running
from core import apps
from core.clock import utc_now
from core.db import Database
from core.models import HourlyCount, Incident, Report
from core.schema import migrate
from tests.databases import postgres_server, run_on_postgres, sqlite_url

ENVELOPE = "envelope"
VARIANTS = ("one", "distinct", ENVELOPE)


@dataclass
class Target:
    """A server under load; `database_url` is empty for the no-op."""

    name: str
    port: int
    pid: int
    database_url: str = ""
    code: str = ""
    accepted: int = 0
    sent: int = 0


@dataclass
class Results:
    """Repetitions by (target, variant, connections)."""

    rows: dict[tuple[str, str, int], list[dict[str, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dropped: int = 0


async def prepare(url: str) -> str:
    database = Database(url)
    await migrate(database)
    async with database.writing() as session:
        code = (await apps.register(session, utc_now(), "Bench")).code
    await database.close()
    return code


async def check(target: Target) -> None:
    """Compare what is in the database with what was answered."""
    database = Database(target.database_url)
    async with database.reading() as session:
        stored = await session.scalar(select(func.count()).select_from(Report))
        counted = await session.scalar(select(func.sum(Incident.count)))
        hourly = await session.scalar(select(func.sum(HourlyCount.count)))
    await database.close()
    if not stored == counted == hourly == target.accepted:
        raise SystemExit(
            f"{target.name}: answered {target.accepted}, {stored=} {counted=} {hourly=}"
        )


@contextmanager
def server(name: str, url: str) -> Iterator[Target]:
    code, port = asyncio.run(prepare(url)), free_port()
    env = {"DISPATCHER_DATABASE_URL": url, "DISPATCHER_LISTEN": f"127.0.0.1:{port}"}
    quiet = {"DISPATCHER_LOG_LEVEL": "error", "DISPATCHER_BOT_TOKEN": ""}
    with running("dispatcher", "serve", port=port, env={**env, **quiet}) as pid:
        yield Target(name, port, pid, url, code)


@contextmanager
def targets(databases: list[str]) -> Iterator[list[Target]]:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="bench-"))
        port = free_port()
        pid = stack.enter_context(running("benchmarks.noop", str(port), port=port, env={}))
        found = [Target("no-op", port, pid)]
        if "sqlite" in databases:
            url = sqlite_url(Path(folder) / "bench.db")
            found.append(stack.enter_context(server("sqlite", url)))
        if "postgresql" in databases:
            postgres = stack.enter_context(postgres_server())
            asyncio.run(run_on_postgres(postgres, "CREATE DATABASE bench"))
            url = postgres.set(database="bench").render_as_string(hide_password=False)
            found.append(stack.enter_context(server("postgresql", url)))
        yield found


def measure(target: Target, variant: str, connections: int, seconds: float) -> dict[str, float]:
    """Load one target once."""
    machine, own, began = machine_cpu_seconds(), cpu_seconds(target.pid), time.monotonic()
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(target.port)]
    command += ["--connections", str(connections), "--seconds", str(seconds)]
    command += ["--code", target.code, "--start", str(target.sent)]
    command += ["--distinct"] if variant == "distinct" else []
    command += ["--envelopes"] if variant == ENVELOPE else []
    before = os.times()
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    after = os.times()
    elapsed = time.monotonic() - began
    used = cpu_seconds(target.pid) - own
    load = after.children_user + after.children_system
    load -= before.children_user + before.children_system
    strangers = (machine_cpu_seconds() - machine - used - load) / elapsed
    statuses = answer["statuses"]
    taken = "200" if variant == ENVELOPE else "202"
    target.accepted += statuses.get(taken, 0)
    target.sent += 1_000_000
    if set(statuses) != {taken}:
        raise SystemExit(f"{target.name}: answers {statuses}")
    return {
        "per_second": answer["per_second"],
        "p50_ms": answer["p50_ms"],
        "p99_ms": answer["p99_ms"],
        "cpu_us": used / statuses[taken] * 1e6,
        "rss_mib": memory_mib(target.pid),
        "strangers": 0.0 if target.name == "postgresql" else strangers,
    }


def run(arguments: argparse.Namespace) -> Results:
    results = Results()
    with targets(arguments.databases) as found:
        for connections in arguments.connections:
            for _ in range(arguments.repetitions):
                for target in found:
                    for variant in ("-", ENVELOPE) if target.name == "no-op" else VARIANTS:
                        row = measure(target, variant, connections, arguments.seconds)
                        if row["strangers"] > arguments.strangers:
                            results.dropped += 1
                        else:
                            results.rows[target.name, variant, connections].append(row)
                    if target.database_url:
                        asyncio.run(check(target))
    return results


def show(results: Results) -> None:
    print(
        f"{'conns':>5} {'target':<11}{'groups':<9}{'req/s':>8}{'ratio':>7}"
        f"{'p50 ms':>8}{'p99 ms':>8}{'CPU µs':>8}{'RSS MiB':>9}{'runs':>6}"
    )
    for (name, variant, connections), rows in sorted(
        results.rows.items(), key=lambda item: (item[0][2], item[0][0] != "no-op", item[0])
    ):
        middle = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
        same = ENVELOPE if variant == ENVELOPE else "-"
        yardstick = results.rows.get(("no-op", same, connections))
        base = statistics.median(row["per_second"] for row in yardstick) if yardstick else 0
        ratio = f"{middle['per_second'] / base:.2f}" if base else "?"
        print(
            f"{connections:>5} {name:<11}{variant:<9}{middle['per_second']:>8.0f}{ratio:>7}"
            f"{middle['p50_ms']:>8.2f}{middle['p99_ms']:>8.2f}{middle['cpu_us']:>8.0f}"
            f"{middle['rss_mib']:>9.0f}{len(rows):>6}"
        )
    print(f"dropped for the CPU that other processes used: {results.dropped}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64, 256])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--strangers", type=float, default=0.1, help="cores others may use")
    parser.add_argument(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    show(run(parser.parse_args()))


if __name__ == "__main__":
    main()
