"""Servers and libraries that change how a process lives: gevent, gunicorn, an exit in between."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.maker.conftest import MAKER, run_python
from tests.maker.stub import PATIENCE, Stub


def gevent_program(stub: Stub, body: str) -> str:
    return (
        "from gevent import monkey; monkey.patch_all()\n"
        "import gevent\n"
        "from dispatcher_maker import Dispatcher\n"
        f"dispatcher = Dispatcher({stub.url!r}, 'MyApp', '123456')\n" + body
    )


def test_greenlets_report_and_the_end_sends_what_is_queued(stub: Stub) -> None:
    body = "gevent.joinall([gevent.spawn(dispatcher.send, f'Greenlet {n}') for n in range(5)])\n"
    run_python(["-c", gevent_program(stub, body)])
    assert sorted(stub.titles) == [f"Greenlet {n}" for n in range(5)]


def test_a_greenlet_that_waits_for_an_answer_lets_others_run(stub: Stub) -> None:
    body = (
        "ticks = []\n"
        "waiting = gevent.spawn(dispatcher.send_now, 'first')\n"
        "while not waiting.ready():\n"
        "    ticks.append(gevent.sleep(0.001))\n"
        "assert waiting.get().number == 3\n"
        "assert ticks\n"
        "assert dispatcher.flush()\n"
    )
    run_python(["-c", gevent_program(stub, body)])
    assert stub.titles == ["first"]


def test_a_fork_under_gevent_leaves_both_sides_working(stub: Stub) -> None:
    body = (
        "import os\n"
        "dispatcher.send('before'); dispatcher.flush()\n"
        "pid = os.fork()\n"
        "dispatcher.send('child' if pid == 0 else 'parent')\n"
        "assert dispatcher.flush(20)\n"
        "if pid == 0: os._exit(0)\n"
        "assert os.waitpid(pid, 0)[1] == 0\n"
    )
    run_python(["-c", gevent_program(stub, body)])
    assert sorted(stub.titles) == ["before", "child", "parent"]


SHOP = """
from dispatcher_maker import Dispatcher

dispatcher = Dispatcher({url!r}, "MyApp", "123456")
dispatcher.send("loaded")

def app(environ, start_response):
    dispatcher.send("request")
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


@contextmanager
def gunicorn(folder: Path, worker_class: str) -> Iterator[int]:
    """Run an app that is loaded before its worker is forked; yields its port."""
    options = ["--preload", "--no-control-socket", "--bind=127.0.0.1:0"]
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, f"--worker-class={worker_class}", "shop:app"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{MAKER}{os.pathsep}{folder}"},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stderr is not None
            said = next(line for line in server.stderr if "Listening at" in line)
            yield int(said.partition("127.0.0.1:")[2].split()[0])
        finally:
            server.terminate()
            assert server.wait(PATIENCE) == 0


@pytest.mark.parametrize("worker_class", ["sync", "gevent"])
def test_a_worker_of_a_preloaded_app_delivers_what_it_reports(
    stub: Stub, tmp_path: Path, worker_class: str
) -> None:
    (tmp_path / "shop.py").write_text(SHOP.format(url=stub.url))
    with gunicorn(tmp_path, worker_class) as port:
        for _ in range(6):
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"ok"
            connection.close()
    assert sorted(stub.titles) == ["loaded", *["request"] * 6]
