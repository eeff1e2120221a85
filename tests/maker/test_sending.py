"""One report from the call to the wire, and the server's answer back."""

import logging
import os
import platform
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from dispatcher_maker import (
    Answer,
    Dispatcher,
    SendFailed,
    __version__,
)
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Reply, Stub

FACTS = {"host": os.uname().nodename, "pid": os.getpid(), "python": platform.python_version()}


def test_the_use_that_was_promised(stub: Stub, tmp_path: Path) -> None:
    app_log, worker_log = tmp_path / "app.log", tmp_path / "worker.log"
    app_log.write_text("".join(f"app {n}\n" for n in range(200)))
    worker_log.write_text("worker 1\nworker 2\n")

    dispatcher = Dispatcher(
        dispatcher_url=stub.url,
        app_name="MyApp",
        dispatcher_code="123456",
        loggers_paths=[str(app_log), str(worker_log)],
        max_logs_to_send=100,
    )
    dispatcher.send(
        title="Error in user registration",
        message="User registration failed",
        level="error",
        logs=None,
        max_logs_to_send=50,
    )
    assert dispatcher.close()

    (seen,) = stub.seen
    assert seen.path == "/api/v1/reports"
    assert seen.headers["Authorization"] == "Bearer 123456"
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["User-Agent"] == f"dispatcher-maker/{__version__}"
    assert set(seen.body) == {"incident", "app_name"}
    assert seen.body["app_name"] == "MyApp"
    report_id = seen.incident.pop("report_id")
    occurred_at = seen.incident.pop("occurred_at")
    assert UUID(report_id).version == 4
    assert datetime.fromisoformat(occurred_at).utcoffset() == timedelta(0)
    assert seen.incident == {
        "context": FACTS,
        "title": "Error in user registration",
        "message": "User registration failed",
        "level": "error",
        "logs": [
            {
                "source": str(app_log),
                "lines": [f"app {n}" for n in range(150, 200)],
                "truncated": False,
            },
            {"source": str(worker_log), "lines": ["worker 1", "worker 2"], "truncated": False},
        ],
    }


def test_a_receipt_names_the_report(dispatcher: Dispatcher, stub: Stub) -> None:
    receipt = dispatcher.send("Disk full")
    assert receipt.queued
    assert stub.wait_for(1)[0].incident["report_id"] == receipt.report_id


def test_the_path_of_the_url_is_kept(make: MakeDispatcher, stub: Stub) -> None:
    make(dispatcher_url=f"{stub.url}/tools/dispatcher/").send_now("Disk full")
    assert stub.seen[0].path == "/tools/dispatcher/api/v1/reports"


def test_optional_facts_stand_beside_the_title(dispatcher: Dispatcher, stub: Stub) -> None:
    tokyo = timezone(timedelta(hours=9))
    dispatcher.send_now(
        "Disk full",
        fingerprint="disk-full",
        tags={"host": "db-1"},
        context={"free": 0, "mount": Path("/var"), "since": {"day": 3}},
        occurred_at=datetime(2026, 3, 1, 12, tzinfo=tokyo),
    )
    incident = stub.seen[0].incident
    assert incident["fingerprint"] == "disk-full"
    assert incident["tags"] == {"host": "db-1"}
    assert incident["context"] == {**FACTS, "free": 0, "mount": "/var", "since": {"day": 3}}
    assert datetime.fromisoformat(incident["occurred_at"]) == datetime(2026, 3, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("debug", "debug"),
        ("WARN", "warning"),
        ("critical", "crit"),
        ("Fatal", "crit"),
        (logging.CRITICAL, "crit"),
        (logging.ERROR + 5, "error"),
        (logging.WARNING, "warning"),
        (logging.INFO, "info"),
        (logging.NOTSET, "debug"),
        ("dreadful", "error"),
        (None, "error"),
        (True, "error"),
    ],
)
def test_levels_have_other_names_and_numbers(
    dispatcher: Dispatcher, stub: Stub, given: object, sent: str
) -> None:
    dispatcher.send_now("Disk full", level=given)  # type: ignore[arg-type] # what hosts pass
    assert stub.seen[0].incident["level"] == sent


def test_long_texts_are_cut_to_the_limits(dispatcher: Dispatcher, stub: Stub) -> None:
    dispatcher.send_now(
        "т" * 300,
        "м" * 20_000,
        tags={f"tag{n}": "v" * 300 for n in range(60)},
        context={"blob": "x" * 100_000},
    )
    incident = stub.seen[0].incident
    assert incident["title"] == "т" * 200
    assert incident["message"] == "м" * 16_384
    assert len(incident["tags"]) == 50
    assert set(incident["tags"].values()) == {"v" * 200}
    assert incident["context"]["truncated"].startswith('{"blob":"xxx')


def test_a_context_nested_too_deep_is_sent_as_text(dispatcher: Dispatcher, stub: Stub) -> None:
    deep: dict[str, object] = {}
    for _ in range(30):
        deep = {"in": deep}
    dispatcher.send_now("Disk full", context=deep)
    text = '{"in":' * 30 + "{}" + "}" * 30
    assert stub.seen[0].incident["context"] == {**FACTS, "truncated": text}


def test_a_context_of_very_many_values_is_not_read_to_its_end(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    asked = []

    class Last:
        def __str__(self) -> str:
            asked.append(self)
            return "last"

    dispatcher.send("Disk full", context={"rows": [*range(100_000), Last()]})
    assert dispatcher.flush()
    assert stub.seen[0].incident["context"]["truncated"].startswith('{"rows":[0,1,2')
    assert asked == []


def test_many_long_logs_still_fit_the_servers_limit(
    dispatcher: Dispatcher, stub: Stub, tmp_path: Path
) -> None:
    files = [tmp_path / f"{n}.log" for n in range(12)]
    for file in files:
        file.write_text(f"{'ы' * 100}\n" * 5000)
    dispatcher.send_now("Disk full", logs=files, max_logs_to_send=5000)
    (seen,) = stub.seen
    assert 400_000 < seen.size < 1024 * 1024
    assert all(part["truncated"] and part["lines"] for part in seen.incident["logs"])


def test_the_answer_comes_back_from_send_now(dispatcher: Dispatcher, stub: Stub) -> None:
    answer = dispatcher.send_now("Disk full")
    assert answer == Answer(
        report=stub.seen[0].incident["report_id"],
        incident_id=7,
        number=3,
        status="open",
        new=True,
        count=1,
        url="https://dispatcher.example.com/incidents/7",
    )


def test_send_now_says_why_it_failed(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.replies.append(Reply(400, body=b'{"error": {"field": "level", "reason": "is odd"}}'))
    with pytest.raises(SendFailed, match="HTTP 400 level is odd") as failed:
        dispatcher.send_now("Disk full")
    assert (failed.value.kind, failed.value.status) == ("rejected", 400)
    assert failed.value.report_id == stub.seen[0].incident["report_id"]


def test_send_now_waits_no_longer_than_asked(dispatcher: Dispatcher, stub: Stub) -> None:
    stub.may_answer.clear()
    with pytest.raises(SendFailed) as failed:
        dispatcher.send_now("Disk full", timeout=0.2)
    assert failed.value.kind == "gave_up"


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b'{"incident": {}}', b"\xff"])
def test_a_200_from_something_else_is_no_delivery(
    dispatcher: Dispatcher, stub: Stub, body: bytes
) -> None:
    stub.replies.append(Reply(200, body=body))
    with pytest.raises(SendFailed, match="not the answer of a dispatcher"):
        dispatcher.send_now("Disk full")
    assert dispatcher.stats().dropped == {"rejected": 1}


def test_one_connection_serves_many_reports(dispatcher: Dispatcher, stub: Stub) -> None:
    for n in range(5):
        dispatcher.send_now(f"Report {n}")
    assert len({seen.client for seen in stub.seen}) == 1


def test_reports_of_many_threads_all_arrive(dispatcher: Dispatcher, stub: Stub) -> None:
    def report(name: str) -> None:
        for n in range(10):
            dispatcher.send(f"{name} {n}")

    threads = [threading.Thread(target=report, args=(f"thread {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dispatcher.flush(20)
    assert sorted(stub.titles) == sorted(f"thread {t} {n}" for t in range(8) for n in range(10))
    assert dispatcher.stats().sent == 80


def test_a_large_report_is_compressed_and_a_small_one_is_not(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    dispatcher.send_now("small")
    dispatcher.send_now("large", message="x" * 10_000)
    small, large = stub.seen
    assert "Content-Encoding" not in small.headers
    assert large.headers["Content-Encoding"] == "gzip"
    assert int(large.headers["Content-Length"]) < 1_000
    assert large.incident["message"] == "x" * 10_000
