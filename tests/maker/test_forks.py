"""Parents and children that both report, whatever the other was doing at the fork."""

import pickle
from pathlib import Path

import pytest

from tests.maker.conftest import MakeDispatcher, RunProgram, run_python
from tests.maker.stub import PATIENCE, Stub

FORK = """
import os, sys, threading

def fork(child):
    '''Run a function in a child; its result is the exit code.'''
    pid = os.fork()
    if pid == 0:
        os._exit(child())
    return pid

def wait(pid):
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""


def test_parent_and_child_both_deliver(run_program: RunProgram, stub: Stub) -> None:
    run_program(
        FORK + "dispatcher.send('before'); dispatcher.flush()\n"
        "pid = os.fork()\n"
        "dispatcher.send('child' if pid == 0 else 'parent')\n"
        "if pid: wait(pid)\n"
    )
    assert sorted(stub.titles) == ["before", "child", "parent"]
    assert len({seen.client for seen in stub.seen}) == 2


def test_what_waits_at_the_fork_is_the_parents(run_program: RunProgram, stub: Stub) -> None:
    stub.may_answer.clear()
    run_program(
        FORK + "for n in range(5): dispatcher.send(f'Report {n}')\n"
        "def child():\n"
        "    assert dispatcher.stats().queued == 0\n"
        "    return not dispatcher.flush(0)\n"
        "wait(fork(child))\n"
        "assert dispatcher.stats().queued == 5\n",
        options="exit_timeout=0.1",
    )


def test_forks_in_the_middle_of_everything_lose_nothing(
    run_program: RunProgram, stub: Stub
) -> None:
    run_program(
        FORK + "stop = threading.Event()\n"
        "def hammer():\n"
        "    while not stop.is_set():\n"
        "        dispatcher.send('parent', level='debug')\n"
        "threads = [threading.Thread(target=hammer) for _ in range(3)]\n"
        "for thread in threads: thread.start()\n"
        "def child():\n"
        "    dispatcher.send('child', level='crit')\n"
        "    return not dispatcher.close(20)\n"
        "for pid in [fork(child) for _ in range(20)]: wait(pid)\n"
        "stop.set()\n"
        "for thread in threads: thread.join()\n"
        "dispatcher.send('last', level='crit')\n"
        "assert dispatcher.flush(20)\n"
    )
    assert stub.titles.count("child") == 20
    assert stub.titles.count("last") == 1


def test_a_fork_while_the_worker_imports_leaves_the_child_its_imports(
    run_program: RunProgram, stub: Stub
) -> None:
    run_program(
        FORK + "def child():\n"
        "    import http.client, ssl, random, email.utils\n"
        "    dispatcher.send('child')\n"
        "    return not dispatcher.flush(20)\n"
        "dispatcher.send('parent')\n"
        "wait(fork(child))\n"
    )
    assert sorted(stub.titles) == ["child", "parent"]


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
@pytest.mark.parametrize("parent_reports", [True, False])
def test_a_child_of_multiprocessing_sends_before_it_ends(
    stub: Stub, tmp_path: Path, method: str, parent_reports: bool
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing\n"
        "from dispatcher_maker import Dispatcher\n"
        f"dispatcher = Dispatcher({stub.url!r}, 'MyApp', '123456')\n"
        "def work():\n"
        "    for n in range(3): dispatcher.send(f'child {n}')\n"
        "if __name__ == '__main__':\n"
        f"    if {parent_reports}: dispatcher.send('parent')\n"
        f"    child = multiprocessing.get_context({method!r}).Process(target=work)\n"
        "    child.start()\n"
        "    child.join()\n"
        "    assert child.exitcode == 0\n"
    )
    run_python([str(program)])
    children = ["child 0", "child 1", "child 2"]
    assert sorted(stub.titles) == children + ["parent"] * parent_reports


def test_a_dispatcher_can_be_handed_to_another_process(make: MakeDispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    here = make(environment="staging")
    here.send("here")
    there = pickle.loads(pickle.dumps(here))  # noqa: S301 - our own
    there.send("there")
    stub.may_answer.set()
    assert here.close(PATIENCE)
    assert there.close(PATIENCE)
    assert sorted(stub.titles) == ["here", "there"]
    assert {seen.incident["tags"]["environment"] for seen in stub.seen} == {"staging"}
