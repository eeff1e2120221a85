"""What nobody caught is reported, and the program ends as it would have without us."""

import asyncio
import signal
from typing import Any

import pytest

from dispatcher_maker import Dispatcher
from tests.maker.conftest import MakeDispatcher, RunProgram
from tests.maker.stub import Stub

TERMINATED = -signal.SIGTERM


def test_what_ends_the_program_is_reported_and_still_printed(
    run_program: RunProgram, stub: Stub
) -> None:
    done = run_program("dispatcher.install_hooks()\n1 / 0\n", expect=1)
    assert "ZeroDivisionError: division by zero" in done.stderr
    (seen,) = stub.seen
    assert seen.title == "ZeroDivisionError: division by zero"
    assert seen.incident["level"] == "crit"


@pytest.mark.parametrize(("end", "code"), [("raise SystemExit(3)", 3), ("raise SystemExit", 0)])
def test_an_exit_is_no_failure(run_program: RunProgram, stub: Stub, end: str, code: int) -> None:
    run_program(f"dispatcher.install_hooks()\n{end}\n", expect=code)
    assert stub.seen == []


def test_ctrl_c_is_no_failure(run_program: RunProgram, stub: Stub) -> None:
    program = "dispatcher.install_hooks()\nraise KeyboardInterrupt\n"
    run_program(program, expect=-signal.SIGINT)
    assert stub.seen == []


def test_a_hook_that_was_there_is_called(run_program: RunProgram, stub: Stub) -> None:
    done = run_program(
        "import sys\n"
        "sys.excepthook = lambda *_: print('the hook of the host')\n"
        "dispatcher.install_hooks()\n"
        "1 / 0\n",
        expect=1,
    )
    assert done.stdout == "the hook of the host\n"
    assert len(stub.seen) == 1


def test_what_ends_a_thread_is_reported_and_still_printed(
    run_program: RunProgram, stub: Stub
) -> None:
    done = run_program(
        "import threading\n"
        "dispatcher.install_hooks()\n"
        "thread = threading.Thread(target=lambda: 1 / 0, name='importer')\n"
        "thread.start(); thread.join()\n"
    )
    assert "ZeroDivisionError" in done.stderr
    assert stub.seen[0].incident["context"]["thread"] == "importer"


async def test_what_a_task_leaves_uncaught_is_reported(dispatcher: Dispatcher, stub: Stub) -> None:
    loop = asyncio.get_running_loop()
    passed_on: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _loop, found: passed_on.append(found))
    dispatcher.install_asyncio()

    async def fail() -> None:
        raise ValueError("nobody awaits this")

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    loop.call_exception_handler({"message": "a socket is gone"})
    assert dispatcher.flush()
    assert stub.titles == ["ValueError: nobody awaits this", "a socket is gone"]
    assert len(passed_on) == 2


SELF_TERMINATE = "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()\n"


def test_sigterm_sends_what_is_queued_and_ends_the_program(
    run_program: RunProgram, stub: Stub
) -> None:
    program = "dispatcher.install_hooks(sigterm=True)\ndispatcher.send('last')\n"
    run_program(program + SELF_TERMINATE, expect=TERMINATED)
    assert stub.titles == ["last"]


def test_sigterm_goes_on_to_the_handler_that_was_there(run_program: RunProgram, stub: Stub) -> None:
    run_program(
        "import signal, sys\n"
        "def stop(*_):\n"
        "    dispatcher.send('stopping')\n"
        "    sys.exit(7)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "dispatcher.install_hooks(sigterm=True)\n"
        "dispatcher.send('last')\n" + SELF_TERMINATE,
        expect=7,
    )
    assert stub.titles == ["last", "stopping"]


def test_a_program_that_ignores_sigterm_goes_on_ignoring_it(
    run_program: RunProgram, stub: Stub
) -> None:
    run_program(
        "import os, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "dispatcher.install_hooks(sigterm=True)\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "dispatcher.send('goes on')\n"
    )
    assert stub.titles == ["goes on"]


def test_without_a_running_loop_there_is_nothing_to_install(
    make: MakeDispatcher, caplog: pytest.LogCaptureFixture
) -> None:
    make().install_asyncio()
    assert "install_asyncio is for a running loop" in caplog.text
    with pytest.raises(RuntimeError):
        make(strict=True).install_asyncio()
