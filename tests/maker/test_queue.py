"""What waits, and what has to go when there is too much of it."""

import pytest

from dispatcher_maker import Dispatcher, SendFailed, queue
from dispatcher_maker.outgoing import Outgoing
from dispatcher_maker.queue import Queue
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Stub


def report(name: str, rank: int, size: int = 10) -> Outgoing:
    outgoing = Outgoing(name)
    outgoing.rank = rank
    outgoing.incident = b"x" * size
    return outgoing


def names(reports: list[Outgoing]) -> list[str]:
    return [outgoing.report_id for outgoing in reports]


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_REPORTS", 3)
    monkeypatch.setattr(queue, "MOST_BYTES", 100)


@pytest.mark.usefixtures("room_for_three")
class TestFull:
    def test_the_newest_of_the_lowest_level_goes(self) -> None:
        waiting = Queue()
        for name, rank in (("a", 30), ("b", 10), ("c", 10)):
            assert waiting.push(report(name, rank)) == []
        assert names(waiting.push(report("d", 50))) == ["c"]
        assert names(waiting.push(report("e", 50))) == ["b"]
        assert names(waiting.push(report("f", 10))) == ["f"]
        assert names(waiting.push(report("g", 30))) == ["g"]
        assert names(waiting.clear()) == ["a", "d", "e"]

    def test_bytes_count_too(self) -> None:
        waiting = Queue()
        waiting.push(report("a", 10, 40))
        waiting.push(report("b", 20, 40))
        assert names(waiting.push(report("c", 50, 90))) == ["a", "b"]
        assert names(waiting.push(report("d", 50, 90))) == ["d"]


def test_reports_leave_in_the_order_they_came(dispatcher: Dispatcher, stub: Stub) -> None:
    titles = [f"Report {n}" for n in range(30)]
    for title in titles:
        dispatcher.send(title)
    assert dispatcher.flush(20)
    assert stub.titles == titles


def test_a_crit_survives_a_storm_of_debug(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    dispatcher.send("in flight")
    stub.wait_for(1)
    receipts = [dispatcher.send(f"debug {n}", level="debug") for n in range(150)]
    assert dispatcher.send("crit", level="crit").queued
    assert [receipt.queued for receipt in receipts] == [True] * 100 + [False] * 50
    assert dispatcher.stats().queued == 101
    assert dispatcher.stats().dropped == {"queue_full": 51}

    stub.may_answer.set()
    assert dispatcher.flush(20)
    assert stub.titles == ["in flight", *(f"debug {n}" for n in range(99)), "crit"]


def test_the_server_is_told_once_how_many_were_dropped(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    dispatcher.send("in flight")
    stub.wait_for(1)
    for n in range(103):
        dispatcher.send(f"Report {n}")
    stub.may_answer.set()
    assert dispatcher.flush(20)
    told = [seen.body.get("dropped") for seen in stub.seen]
    assert told == [None, 3, *[None] * 99]


def test_strict_raises_when_the_queue_has_no_room(
    make: MakeDispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_REPORTS", 1)
    dispatcher = make(strict=True)
    stub.may_answer.clear()
    dispatcher.send("in flight")
    stub.wait_for(1)
    dispatcher.send("waits")
    with pytest.raises(SendFailed, match="the queue is full") as failed:
        dispatcher.send("has no room")
    assert failed.value.kind == "queue_full"


def test_a_flood_of_drops_is_one_warning(
    dispatcher: Dispatcher, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.may_answer.clear()
    dispatcher.send("in flight")
    stub.wait_for(1)
    for n in range(200):
        dispatcher.send(f"Report {n}")
    assert len(caplog.records) == 1
