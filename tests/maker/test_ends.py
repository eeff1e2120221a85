"""Flush, close, the end of the process, and its forks."""

import threading
from math import inf

import pytest

from dispatcher_maker import Dispatcher, SendFailed, worker
from tests.maker.conftest import MakeDispatcher, RunProgram
from tests.maker.stub import PATIENCE, Reply, Stub


def sdk_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dispatcher-maker"]


def test_nothing_is_started_before_the_first_report(make: MakeDispatcher) -> None:
    before = sdk_threads()
    dispatcher = make()
    assert dispatcher.flush()
    assert dispatcher.close()
    assert sdk_threads() == before


def test_flush_says_whether_all_is_settled(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    dispatcher.send("first")
    assert not dispatcher.flush(0.1)
    stub.may_answer.set()
    assert dispatcher.flush()
    assert stub.titles == ["first"]


def test_whoever_wants_to_wait_for_ever_may(dispatcher: Dispatcher, stub: Stub) -> None:
    dispatcher.send_now("first", timeout=inf)
    dispatcher.send("second")
    assert dispatcher.flush(inf)
    dispatcher.send("third")
    assert dispatcher.close(inf)
    assert stub.titles == ["first", "second", "third"]


def test_close_sends_what_is_queued_and_ends_the_thread(dispatcher: Dispatcher, stub: Stub) -> None:
    for n in range(20):
        dispatcher.send(f"Report {n}")
    assert dispatcher.close(PATIENCE)
    assert len(stub.seen) == 20
    assert sdk_threads() == []


def test_what_close_leaves_is_counted(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    dispatcher.send("in flight")
    stub.wait_for(1)
    dispatcher.send("waits")
    assert not dispatcher.close(0.1)
    assert dispatcher.stats().dropped == {"closed": 2}
    assert dispatcher.stats().queued == 0


def test_a_closed_dispatcher_takes_nothing(make: MakeDispatcher) -> None:
    dispatcher, strict = make(), make(strict=True)
    assert dispatcher.close()
    assert dispatcher.close()
    assert not dispatcher.send("late").queued
    assert dispatcher.stats().dropped == {"closed": 1}
    strict.close()
    with pytest.raises(SendFailed, match="closed"):
        strict.send("late")


def test_a_with_block_ends_with_everything_sent(stub: Stub) -> None:
    with Dispatcher(stub.url, "MyApp", "123456") as dispatcher:
        dispatcher.send("first")
    assert stub.titles == ["first"]


def test_close_ends_who_waits_in_another_thread(dispatcher: Dispatcher, stub: Stub) -> None:
    failures: list[SendFailed] = []

    def wait() -> None:
        with pytest.raises(SendFailed) as failed:
            dispatcher.send_now("first", timeout=PATIENCE)
        failures.append(failed.value)

    stub.may_answer.clear()
    waiting = threading.Thread(target=wait)
    waiting.start()
    stub.wait_for(1)
    dispatcher.close(0)
    waiting.join()
    assert failures[0].kind == "closed"


def test_an_idle_thread_goes_and_the_next_report_starts_one(
    dispatcher: Dispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.0)
    dispatcher.send_now("first")
    for thread in sdk_threads():
        thread.join(PATIENCE)
    assert sdk_threads() == []
    dispatcher.send_now("second")
    assert stub.titles == ["first", "second"]


@pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "1 / 0"])
def test_what_is_queued_is_sent_when_the_program_ends(
    run_program: RunProgram, stub: Stub, ending: str
) -> None:
    expect = {"": 0, "raise SystemExit(3)": 3, "1 / 0": 1}[ending]
    run_program(f"for n in range(5): dispatcher.send(f'Report {{n}}')\n{ending}", expect=expect)
    assert stub.titles == [f"Report {n}" for n in range(5)]


def test_a_dispatcher_that_went_out_of_scope_still_sends(
    run_program: RunProgram, stub: Stub
) -> None:
    run_program("dispatcher.send('first')\ndel dispatcher\nimport gc; gc.collect()")
    assert stub.titles == ["first"]


def test_a_server_that_hangs_does_not_hold_up_the_end(run_program: RunProgram, stub: Stub) -> None:
    stub.may_answer.clear()
    run_program("dispatcher.send('first')", options="exit_timeout=0.2")


def test_a_paused_queue_does_not_hold_up_the_end(run_program: RunProgram, stub: Stub) -> None:
    stub.replies.append(Reply(503, {"Retry-After": "3600"}))
    run_program("dispatcher.send('first'); dispatcher.flush()", options="exit_timeout=300")
    assert stub.titles == ["first"]


def test_the_end_needs_no_new_thread(run_program: RunProgram, stub: Stub) -> None:
    run_program(
        "import atexit, threading\n"
        "def refuse(self): raise RuntimeError('as Python 3.12 does in an exiting interpreter')\n"
        "def last():\n"
        "    threading.Thread.start = refuse\n"
        "    dispatcher.send('late')\n"
        "    assert not dispatcher.flush(60)\n"
        "atexit.register(last)\n"
    )
    assert stub.titles == ["late"]
