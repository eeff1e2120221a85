"""What the SDK does when the server does not simply take a report."""

import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatcher_maker import Dispatcher, SendFailed, wire
from dispatcher_maker.courier import backoff_of, retry_after_of
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Reply, Stub

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize(
    "failure",
    [Reply(500), Reply(502, body=b"<html>"), Reply(408), Reply(429), Reply(hang_up=True)],
    ids=["500", "502", "408", "429", "hung up"],
)
def test_a_passing_failure_is_tried_again_as_the_same_report(
    dispatcher: Dispatcher, stub: Stub, failure: Reply
) -> None:
    stub.replies += [failure, failure]
    dispatcher.send("Disk full")
    assert dispatcher.flush()
    assert len(stub.seen) == 3
    assert len({seen.incident["report_id"] for seen in stub.seen}) == 1
    stats = dispatcher.stats()
    assert (stats.sent, stats.retried, stats.dropped) == (1, 2, {})


@pytest.mark.usefixtures("no_backoff")
def test_after_five_tries_a_report_is_given_up_and_the_next_one_tells(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    stub.replies += [Reply(500)] * 5
    dispatcher.send("first")
    dispatcher.send("second")
    assert dispatcher.flush()
    assert stub.titles == ["first"] * 5 + ["second"]
    assert stub.seen[-1].body["dropped"] == 1
    stats = dispatcher.stats()
    assert stats.dropped == {"gave_up": 1}
    assert stats.last_error == "HTTP 500 (tried 5 times)"


@pytest.mark.usefixtures("no_backoff")
def test_a_server_that_is_not_there_is_a_clear_error(make: MakeDispatcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    dispatcher = make(dispatcher_url=f"http://127.0.0.1:{port}")
    with pytest.raises(SendFailed, match="Connection refused"):
        dispatcher.send_now("Disk full")


@pytest.mark.usefixtures("no_backoff")
def test_a_server_that_never_answers_costs_no_more_than_the_timeout(
    make: MakeDispatcher, stub: Stub
) -> None:
    dispatcher = make(timeout=0.1)
    stub.may_answer.clear()
    dispatcher.send("Disk full")
    assert dispatcher.flush()
    assert dispatcher.stats().dropped == {"gave_up": 1}


@pytest.mark.usefixtures("no_backoff")
def test_a_server_that_answers_bit_by_bit_costs_no_more_than_the_timeout(
    make: MakeDispatcher,
) -> None:
    over = threading.Event()

    def trickle() -> None:
        for _ in range(5):
            with listening.accept()[0] as connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 202 Accepted\r\n")
                while not over.wait(0.02):
                    connection.sendall(b"X")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        dispatcher = make(dispatcher_url=f"http://127.0.0.1:{port}", timeout=0.1)
        dispatcher.send("Disk full")
        assert dispatcher.flush()
        over.set()
        thread.join()
    assert dispatcher.stats().dropped == {"gave_up": 1}


def test_an_idle_connection_that_the_server_closed_is_no_failure(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    stub.replies.append(Reply(then_close=True))
    dispatcher.send_now("first")
    dispatcher.send_now("second")
    assert stub.titles == ["first", "second"]
    assert dispatcher.stats().retried == 0


def test_retry_after_stops_the_queue_and_drops_nothing(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(503, {"Retry-After": "60"}))
    dispatcher.send("first")
    dispatcher.send("second")
    assert not dispatcher.flush(30)  # at once: it can not be in time
    assert stub.titles == ["first"]
    stats = dispatcher.stats()
    assert (stats.queued, stats.retried, stats.dropped) == (2, 1, {})
    with pytest.raises(SendFailed, match="HTTP 503"):
        dispatcher.send_now("third", timeout=30)
    dispatcher.close(0)


def test_after_retry_after_everything_is_sent(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies += [Reply(429, {"Retry-After": "1"})]
    dispatcher.send("first")
    dispatcher.send("second")
    assert dispatcher.flush(20)
    assert stub.titles == ["first", "first", "second"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("", None),
        ("nan", 1),
        ("120", 120),
        ("1.5", 1.5),
        ("0", 1),
        ("-5", 1),
        ("86400", 3600),
        ("inf", 3600),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 1),
        ("Mon, 02 Mar 2026 12:00:00 GMT", 3600),
        ("Sun, 01 Mar 2026 12:00:30", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_of(header, NOW) == seconds


def test_backoff_grows_to_a_minute_with_jitter() -> None:
    assert {1 <= backoff_of(1) <= 2 for _ in range(100)} == {True}
    assert {16 <= backoff_of(3) <= 32 for _ in range(100)} == {True}
    assert backoff_of(4) == backoff_of(5) == 60
    assert len({backoff_of(1) for _ in range(100)}) > 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_code_stops_sending(
    dispatcher: Dispatcher, stub: Stub, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    stub.replies.append(Reply(status, body=b'{"error": "unknown app or wrong code"}'))
    for n in range(130):
        dispatcher.send(f"Report {n}", level="info")
    assert not dispatcher.flush(30)
    assert dispatcher.send("crit", level="crit").queued
    assert len(stub.seen) == 1
    assert dispatcher.stats().queued <= 101
    assert [text for text in caplog.messages if f"HTTP {status}" in text]
    dispatcher.close(0)


def test_a_refused_code_fails_send_now_at_once(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(401, body=b'{"error": {"reason": "unknown app or wrong code"}}'))
    with pytest.raises(SendFailed, match="unknown app or wrong code") as failed:
        dispatcher.send_now("first")
    assert failed.value.status == 401
    with pytest.raises(SendFailed, match="HTTP 401"):
        dispatcher.send_now("second")
    assert len(stub.seen) == 1


def test_a_413_is_tried_once_more_with_the_newer_half_of_the_logs(
    dispatcher: Dispatcher, stub: Stub, tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"{n}\n" for n in range(9)))
    stub.replies.append(Reply(413))
    dispatcher.send_now("Disk full", logs=[log, tmp_path / "missing.log"])
    whole, half = (seen.incident for seen in stub.seen)
    assert whole["report_id"] == half["report_id"]
    assert len(whole["logs"][0]["lines"]) == 9
    assert half["logs"][0] == {
        "source": str(log),
        "lines": ["5", "6", "7", "8"],
        "truncated": True,
    }
    assert half["logs"][1] == whole["logs"][1]


def test_a_second_413_is_the_end(dispatcher: Dispatcher, stub: Stub, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("one\ntwo\n")
    stub.replies += [Reply(413), Reply(413)]
    with pytest.raises(SendFailed, match="HTTP 413") as failed:
        dispatcher.send_now("Disk full", logs=[log])
    assert (failed.value.kind, len(stub.seen)) == ("too_large", 2)


def test_a_413_without_logs_is_the_end(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(413))
    with pytest.raises(SendFailed, match="HTTP 413"):
        dispatcher.send_now("Disk full")


@pytest.mark.parametrize("status", [301, 400, 404, 422])
def test_a_report_that_is_not_wanted_does_not_hold_up_the_next(
    dispatcher: Dispatcher, stub: Stub, status: int
) -> None:
    stub.replies.append(Reply(status, body=b"\xff"))
    dispatcher.send("first")
    dispatcher.send("second")
    assert dispatcher.flush()
    assert stub.titles == ["first", "second"]
    assert dispatcher.stats().dropped == {"rejected": 1}


def test_a_server_that_moved_is_named_where_it_is_now(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(301, {"Location": "https://new.example.com/"}, b""))
    with pytest.raises(SendFailed, match=r"HTTP 301: the server sends on to https://new\.example"):
        dispatcher.send_now("Disk full")


def test_an_answer_without_end_is_cut_off(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(400, body=b"x" * 1_000_000))
    dispatcher.send("first")
    dispatcher.send("second")
    assert dispatcher.flush()
    assert stub.titles == ["first", "second"]


def test_an_error_in_the_worker_costs_one_report(
    dispatcher: Dispatcher,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        monkeypatch.setattr("dispatcher_maker.courier.body_of", wire.body_of)
        raise ZeroDivisionError

    monkeypatch.setattr("dispatcher_maker.courier.body_of", broken)
    dispatcher.send("first")
    dispatcher.send("second")
    assert dispatcher.flush()
    assert stub.titles == ["second"]
    assert dispatcher.stats().dropped == {"internal": 1}
    assert "ZeroDivisionError" in caplog.text
