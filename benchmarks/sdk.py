"""The SDK beside sentry-sdk in the same run: what an import, a send, a storm and an end cost.

    python -m benchmarks.sdk

Each number is of a program of its own, and the SDKs take turns. Targets: import at most 0.35 of
sentry-sdk's, a send with 100 log lines at most 0.5, of 10,000 at once all delivered or counted,
and at the end of a program everything delivered but after os._exit.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from benchmarks.processes import free_port, running

ROUNDS = 7
TRIES = 3
SDKS = ("ours", "sentry")
IMPORTS = {"ours": "from dispatcher_maker import Dispatcher", "sentry": "import sentry_sdk"}
SET_UP = {
    "ours": (
        "from dispatcher_maker import Dispatcher, DispatcherHandler\n"
        "sdk = Dispatcher(URL, 'Bench', '123456', LOGS)\n"
        "send, flush = sdk.send, sdk.flush\n"
    ),
    "sentry": (
        "import logging, sentry_sdk\n"
        "sentry_sdk.init(\n"
        "    URL.replace('//', '//key@') + '/1',\n"
        "    max_breadcrumbs=100,\n"
        "    auto_enabling_integrations=False,\n"  # what is installed here does not count
        ")\n"
        "send, flush = sentry_sdk.capture_message, sentry_sdk.flush\n"
    ),
}
BREADCRUMBS = (
    "logging.basicConfig(level='INFO', filename='/dev/null')\n"
    "for line in open(LOG): logging.info(line)\n"
)
TIMED = (
    "import time, threading\n"
    "times, threads = [], 0\n"
    "for n in range(COUNT):\n"
    "    started = time.perf_counter()\n"
    "    send(f'report {n}')\n"
    "    times.append(time.perf_counter() - started)\n"
    "    threads = max(threads, threading.active_count())\n"
    "    time.sleep(PAUSE)\n"
    "print(sorted(times)[COUNT // 2] * 1e6, sum(times) * 1e3, threads, flush=True)\n"
)
HOOKS = {
    "ours": (
        "import logging\n"
        "sdk.install_hooks(sigterm=True)\n"
        "logging.getLogger().addHandler(DispatcherHandler(sdk))\n"
    ),
    "sentry": "",
}
ENDS = {
    "sys.exit": "send('last'); raise SystemExit",
    "SIGTERM": (
        "import os, signal, time; send('last'); os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)"
    ),
    "os._exit": "import os; send('last'); os._exit(0)",
    "child of multiprocessing": (
        "import multiprocessing as m\n"
        "child = m.get_context('fork').Process(target=send, args=('last',))\n"
        "child.start(); child.join()"
    ),
    "uncaught exception": "1 / 0",
    "uncaught in a thread": (
        "import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()"
    ),
    "task nobody awaits": (
        "import asyncio, gc\n"
        "async def fail(): 1 / 0\n"
        "async def main():\n"
        "    asyncio.create_task(fail()); await asyncio.sleep(0.01); gc.collect()\n"
        "asyncio.run(main())"
    ),
    "logging.error": "import logging; logging.getLogger('shop').error('last')",
    "child of os.fork": (
        "import os\npid = os.fork()\n"
        "if pid == 0: send('last'); raise SystemExit\n"
        "os.waitpid(pid, 0)"
    ),
}


def run(program: str, port: int = 9, log: str = "", **names: object) -> str:
    """Run a program with its names set, and return what it printed."""
    values = {"URL": f"http://127.0.0.1:{port}", "LOG": log, "LOGS": [log] if log else [], **names}
    head = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    return subprocess.run(
        [sys.executable, "-c", head + program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        text=True,
        timeout=120,
    ).stdout


def seconds_of(program: str) -> float:
    started = time.perf_counter()
    run(program)
    return time.perf_counter() - started


def count_at(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/count") as answer:
        return int(json.loads(answer.read()))


def compare(what: str, found: dict[str, float], unit: str) -> None:
    ratio = found["ours"] / found["sentry"] if found["sentry"] else 0
    numbers = "  ".join(f"{sdk} {value:9.2f} {unit}" for sdk, value in found.items())
    print(f"{what:34}{numbers}  ratio {ratio:.2f}", flush=True)


def imports() -> None:
    taken: dict[str, list[float]] = {"bare": [], **{sdk: [] for sdk in SDKS}}
    for _ in range(ROUNDS):
        for name, times in taken.items():
            times.append(seconds_of(IMPORTS.get(name, "")))
    bare = median(taken["bare"])
    compare("import", {sdk: (median(taken[sdk]) - bare) * 1e3 for sdk in SDKS}, "ms")


def memory(port: int) -> None:
    used = (
        "for line in open('/proc/self/status'):\n"
        "    if line.startswith('VmRSS:'): print(int(line.split()[1]) / 1024)\n"
    )
    bare = float(run(used))
    found = {
        sdk: float(run(f"{SET_UP[sdk]}send('first'); flush()\n{used}", port)) - bare for sdk in SDKS
    }
    compare("memory of one report sent", found, "MiB")


def sends(port: int, log: str) -> None:
    found: dict[str, list[float]] = {sdk: [] for sdk in SDKS}
    for _ in range(TRIES):
        for sdk in SDKS:
            crumbs = BREADCRUMBS if sdk == "sentry" else ""
            program = SET_UP[sdk] + crumbs + TIMED
            found[sdk].append(float(run(program, port, log, COUNT=100, PAUSE=0.005).split()[0]))
    compare("a send with 100 log lines", {sdk: median(found[sdk]) for sdk in SDKS}, "us")


def slow_server() -> None:
    port = free_port()
    found = {}
    with running("benchmarks.sdk_server", str(port), "5", port=port, env={}):
        for sdk in SDKS:
            _, total, threads = run(SET_UP[sdk] + TIMED, port, COUNT=200, PAUSE=0).split()
            found[sdk] = float(total)
            print(f"    threads of {sdk}: {threads}")
    compare("200 sends, answers after 5 s", found, "ms")


def burst(port: int) -> None:
    before = count_at(port)
    told = run(
        SET_UP["ours"] + "for n in range(10_000): send(f'report {n}')\nsdk.flush(60)\n"
        "found = sdk.stats(); print(found.sent, sum(found.dropped.values()))\n",
        port,
    )
    sent, dropped = map(int, told.split())
    arrived = count_at(port) - before
    print(f"burst of 10,000: ours  {arrived} arrived of {sent} sent, {dropped} counted as dropped")
    before = count_at(port)
    run(SET_UP["sentry"] + "for n in range(10_000): send(f'report {n}')\nflush(60)\n", port)
    print(f"burst of 10,000: sentry  {count_at(port) - before} arrived", flush=True)


def ends(port: int) -> None:
    for name, end in ENDS.items():
        arrived = {}
        for sdk in SDKS:
            before = count_at(port)
            for _ in range(TRIES):
                run(SET_UP[sdk] + HOOKS[sdk] + end, port)
            arrived[sdk] = count_at(port) - before
        print(f"end by {name:28}ours {arrived['ours']}/{TRIES}  sentry {arrived['sentry']}/{TRIES}")


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        log.write_text(
            "".join(f"2026-11-25 22:13:32 INFO order {n} took 12 ms\n" for n in range(200))
        )
        imports()
        with running("benchmarks.sdk_server", str(port), "0", port=port, env=dict(os.environ)):
            memory(port)
            sends(port, str(log))
            burst(port)
            ends(port)
    slow_server()


if __name__ == "__main__":
    main()
