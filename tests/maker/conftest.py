"""A server to report to, dispatchers that are closed after the test, and programs to run."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dispatcher_maker
from dispatcher_maker import Dispatcher, courier, diagnostics
from tests.maker.stub import PATIENCE, Stub

MAKER = Path(dispatcher_maker.__file__).parents[1]

MakeDispatcher = Callable[..., Dispatcher]
RunProgram = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def make(stub: Stub) -> Iterator[MakeDispatcher]:
    """Make a dispatcher that reports to the stub; options can be given."""
    made = []

    def make_one(**options: Any) -> Dispatcher:
        defaults = {"dispatcher_url": stub.url, "app_name": "MyApp", "dispatcher_code": "123456"}
        made.append(Dispatcher(**{**defaults, **options}))
        return made[-1]

    yield make_one
    stub.may_answer.set()
    for dispatcher in made:
        dispatcher.close(PATIENCE)


@pytest.fixture
def dispatcher(make: MakeDispatcher) -> Dispatcher:
    return make()


@pytest.fixture(autouse=True)
def every_warning_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tests, and handlers of a host in them, can see it."""
    monkeypatch.setattr(diagnostics, "_said_at", {})
    monkeypatch.setattr(diagnostics.logger, "propagate", True)


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "backoff_of", lambda _tries: 0.0)


@pytest.fixture
def run_program(stub: Stub) -> RunProgram:
    """Run a program whose `dispatcher` reports to the stub, and check that it ends well."""

    def run(
        program: str, *, expect: int = 0, options: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        head = (
            "from dispatcher_maker import Dispatcher\n"
            f"dispatcher = Dispatcher({stub.url!r}, 'MyApp', '123456', {options})\n"
        )
        return run_python(["-c", head + program], expect=expect)

    return run


def run_python(arguments: list[str], *, expect: int = 0) -> "subprocess.CompletedProcess[str]":
    """Run Python with the SDK at hand; a program that hangs is killed with its children."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", *arguments],
        env={**os.environ, "PYTHONPATH": str(MAKER)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            out, err = program.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            raise
    assert program.returncode == expect, err
    return subprocess.CompletedProcess(program.args, program.returncode, out, err)
