"""Of what is caught again and again the first is sent, then one report that says how often."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dispatcher_maker import Dispatcher, DispatcherHandler, folds
from dispatcher_maker.folds import Folds, Storm
from dispatcher_maker.outgoing import Outgoing
from tests.maker.conftest import MakeDispatcher, RunProgram
from tests.maker.stub import PATIENCE, Reply, Stub


@pytest.fixture
def logger(dispatcher: Dispatcher) -> Iterator[logging.Logger]:
    handler = DispatcherHandler(dispatcher)
    shop = logging.getLogger("shop.storm")
    shop.addHandler(handler)
    yield shop
    shop.removeHandler(handler)


def sent(dispatcher: Dispatcher, stub: Stub) -> list[dict[str, Any]]:
    assert dispatcher.flush()
    return [seen.incident for seen in stub.seen]


def test_a_storm_of_log_records_is_two_reports(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    for order in range(1000):
        logger.error("order %d failed", order)
    first, summary = sent(dispatcher, stub)
    assert (first["title"], first["message"]) == ("order 0 failed", "")
    assert (summary["title"], summary["message"]) == (
        "order 0 failed",
        "Repeated 999 times within 60 s.",
    )
    assert summary["fingerprint"] == first["fingerprint"]
    assert summary["report_id"] != first["report_id"]
    assert dispatcher.stats().withheld == {"folded": 999}
    assert dispatcher.stats().sent == 2


def test_different_things_are_no_storm(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    logger.error("order failed")
    logger.error("payment failed")
    logger.error("order failed")  # the same words from another line
    assert len(sent(dispatcher, stub)) == 3


def test_a_watched_loop_is_a_storm_and_what_is_sent_by_hand_is_none(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    for order in range(3):
        with dispatcher.watch(reraise=False):
            raise ValueError(f"order {order}")
    for _ in range(3):
        dispatcher.send("by hand")
    titles = [incident["title"] for incident in sent(dispatcher, stub)]
    assert titles == ["ValueError: order 0", *["by hand"] * 3, "ValueError: order 0"]


def test_threads_that_fail_at_the_same_moment_are_a_storm(make: MakeDispatcher, stub: Stub) -> None:
    both_made = threading.Barrier(2)

    def meet(incident: dict[str, Any]) -> dict[str, Any]:
        both_made.wait(PATIENCE)
        return incident

    dispatcher = make(before_send=meet)

    def fail() -> None:
        with dispatcher.watch(reraise=False):
            raise ValueError

    threads = [threading.Thread(target=fail) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = [incident["message"] for incident in sent(dispatcher, stub)]
    assert messages == ["", "Repeated once within 60 s."]


def test_the_end_of_the_window_sends_the_summary_by_itself(
    make: MakeDispatcher, stub: Stub
) -> None:
    dispatcher = make(fold_seconds=0.05)
    for _ in range(2):
        with dispatcher.watch(reraise=False):
            1 / 0  # noqa: B018 - to be raised
    _, summary = stub.wait_for(2)
    assert summary.incident["message"] == "Repeated once within 0.05 s."


def test_folding_can_be_turned_off(make: MakeDispatcher, stub: Stub) -> None:
    dispatcher = make(fold_seconds=0)
    for _ in range(3):
        with dispatcher.watch(reraise=False):
            1 / 0  # noqa: B018 - to be raised
    assert len(sent(dispatcher, stub)) == 3


def test_the_end_of_the_program_does_not_lose_the_summary(
    run_program: RunProgram, stub: Stub
) -> None:
    run_program(
        "for n in range(5):\n"
        "    with dispatcher.watch(reraise=False):\n"
        "        raise ValueError(n)\n"
    )
    assert [seen.incident["message"] for seen in stub.seen] == ["", "Repeated 4 times within 60 s."]


def test_a_summary_that_is_lost_counts_as_all_it_stood_for(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    stub.replies += [Reply(), Reply(400)]
    for order in range(6):
        with dispatcher.watch(reraise=False):
            raise ValueError(f"order {order}")
    assert len(sent(dispatcher, stub)) == 2
    assert dispatcher.stats().dropped == {"rejected": 5}


@pytest.fixture
def opened() -> Callable[[Folds, str, float], None]:
    def open_one(windows: Folds, key: str, now: float) -> None:
        first = Outgoing("1")
        first.storm = Storm(key, {"title": key, "message": ""})
        windows.open(first, now)

    return open_one


def test_a_window_without_repeats_ends_in_silence(
    opened: Callable[[Folds, str, float], None],
) -> None:
    windows = Folds(60)
    opened(windows, "a", 0)
    opened(windows, "b", 10)
    assert windows.takes("b")
    assert windows.close(59) == []
    assert windows.close(60) == []
    assert not windows.takes("a")
    assert windows.ends_at(otherwise=0) == 70
    assert len(windows.close(70)) == 1


def test_the_windows_are_bounded(
    opened: Callable[[Folds, str, float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds, "MOST_FOLDS", 2)
    windows = Folds(60)
    opened(windows, "oldest", 0)
    assert windows.takes("oldest")
    opened(windows, "b", 1)
    opened(windows, "c", 2)
    (summary,) = windows.close(3)
    assert b"oldest" in summary.incident
