"""Whatever the host passes or sets, nothing is raised into it, unless it asked for that."""

import io
import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from math import inf
from typing import NoReturn

import pytest

from dispatcher_maker import ConfigError, Dispatcher, InvalidReport, SendFailed, diagnostics
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import PATIENCE, Reply, Stub


class Hostile:
    """An object of the host whose every way to text is broken."""

    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __str__


class Broken(dict[str, object]):
    """A mapping of the host that fails when it is read."""

    def values(self) -> NoReturn:
        raise KeyError("closed")

    items = values


def abyss() -> dict[str, object]:
    found: dict[str, object] = {}
    for _ in range(10_000):
        found = {"in": found}
    return found


def cycle() -> dict[str, object]:
    found: dict[str, object] = {}
    found["self"] = found
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        {"title": Hostile()},
        {"title": ValueError("boom")},
        {"title": ""},
        {"title": "lone \ud800 surrogate, NUL \0"},
        {"message": Hostile()},
        {"message": 5},
        {"level": Hostile()},
        {"logs": 5},
        {"logs": [5]},
        {"logs": ["\0"]},
        {"max_logs_to_send": -1},
        {"max_logs_to_send": "many"},
        {"tags": 5},
        {"tags": {1: Hostile()}},
        {"context": 5},
        {"context": cycle()},
        {"context": abyss()},
        {"context": {"nan": float("nan"), (1, 2): Hostile()}},
        {"context": {"broken": Broken(a=1)}},
        {"occurred_at": "yesterday"},
        {"occurred_at": datetime.max},  # noqa: DTZ901 - naive is the point
        {"fingerprint": Hostile()},
    ],
    ids=lambda arguments: "-".join(arguments) if isinstance(arguments, dict) else None,
)
def test_whatever_is_passed_a_report_arrives(
    dispatcher: Dispatcher, stub: Stub, arguments: dict[str, object]
) -> None:
    assert dispatcher.send(**{"title": "Disk full", **arguments}).queued  # type: ignore[arg-type] # on purpose
    assert dispatcher.flush()
    assert len(stub.seen) == dispatcher.stats().sent == 1


def test_tags_around_a_block_that_are_none_cost_neither_the_block_nor_its_reports(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    with dispatcher.context(tags=["shop"]):  # type: ignore[arg-type] # on purpose
        dispatcher.send_now("Disk full")
    assert stub.seen[0].incident["tags"] == {"tags": "['shop']"}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"message": 5}, "message"),
        ({"level": "dreadful"}, "level"),
        ({"logs": 5}, "logs"),
        ({"max_logs_to_send": -1}, "max_logs_to_send"),
        ({"tags": 5}, "tags"),
        ({"context": 5}, "context"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
    ],
)
def test_strict_names_the_bad_argument(
    make: MakeDispatcher, arguments: dict[str, object], field: str
) -> None:
    dispatcher = make(strict=True)
    with pytest.raises(InvalidReport) as invalid:
        dispatcher.send(**{"title": "Disk full", **arguments})  # type: ignore[arg-type] # on purpose
    assert invalid.value.field == field


def test_an_unknown_option_is_a_type_error(dispatcher: Dispatcher) -> None:
    with pytest.raises(TypeError):
        dispatcher.send("Disk full", colour="red")  # type: ignore[call-arg] # on purpose


def test_an_error_within_the_sdk_is_counted_and_not_raised(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_draft: object) -> None:
        raise MemoryError

    monkeypatch.setattr(dispatcher, "_files_of", broken)
    assert not dispatcher.send("Disk full").queued
    assert dispatcher.stats().dropped == {"internal": 1}


def test_a_closed_stderr_and_a_broken_handler_of_the_host_cost_no_report(
    dispatcher: Dispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    assert dispatcher.send("Disk full", level=Hostile()).queued  # type: ignore[arg-type] # on purpose
    monkeypatch.setattr(diagnostics.logger, "handlers", [BrokenHandler()])
    stub.replies.append(Reply(400))
    dispatcher.send("Not wanted")
    dispatcher.send("Still there")
    assert dispatcher.flush()
    assert stub.titles == ["Disk full", "Not wanted", "Still there"]


class BrokenHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise ValueError(record)


def test_a_worker_that_died_is_followed_by_another(
    dispatcher: Dispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = threading.Event()
    monkeypatch.setattr("threading.excepthook", lambda _args: died.set())
    with monkeypatch.context() as patch:
        patch.setattr(dispatcher._worker, "_replay", None)
        dispatcher.send("first")
        assert died.wait(PATIENCE)
        dispatcher._worker._thread.join()  # type: ignore[union-attr] # it just died
    dispatcher.send("second")
    assert dispatcher.flush()
    assert stub.titles == ["first", "second"]


class Reporting(logging.Handler):
    """A handler of the host that reports what is logged, the SDK's own warnings too."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__()
        self.dispatcher = dispatcher

    def emit(self, record: logging.LogRecord) -> None:
        self.dispatcher.send(record.getMessage(), level=record.levelno)


@pytest.fixture
def reporting(dispatcher: Dispatcher) -> Iterator[None]:
    handler = Reporting(dispatcher)
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)


@pytest.mark.usefixtures("reporting")
def test_a_log_handler_that_reports_does_not_run_in_circles(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    stub.replies += [Reply(400)] * 5
    dispatcher.send("first")
    assert dispatcher.flush()
    stub.wait_for(2)
    assert dispatcher.flush()
    assert dispatcher.stats().dropped == {"rejected": 2}
    assert stub.titles[0] == "first"
    assert "is dropped: HTTP 400" in stub.titles[1]


WRONG = [
    ({"dispatcher_url": "dispatcher.example.com"}, "dispatcher_url"),
    ({"dispatcher_url": "ftp://dispatcher.example.com"}, "dispatcher_url"),
    ({"dispatcher_url": "https://user@dispatcher.example.com"}, "dispatcher_url"),
    ({"dispatcher_url": "https://dispatcher.example.com:99999"}, "dispatcher_url"),
    ({"dispatcher_url": "https://dispatcher.example.com/a b"}, "dispatcher_url"),
    ({"dispatcher_url": None}, "dispatcher_url"),
    ({"app_name": ""}, "app_name"),
    ({"dispatcher_code": None}, "dispatcher_code"),
    ({"dispatcher_code": "12\r\nX: 3"}, "dispatcher_code"),
    ({"loggers_paths": 5}, "loggers_paths"),
    ({"max_logs_to_send": -1}, "max_logs_to_send"),
    ({"timeout": 0}, "timeout"),
    ({"timeout": "soon"}, "timeout"),
    ({"exit_timeout": inf}, "exit_timeout"),
    ({"fold_seconds": 1e300}, "fold_seconds"),
]


@pytest.mark.parametrize(("options", "option"), WRONG)
def test_a_wrong_option_turns_reporting_off_with_one_warning(
    make: MakeDispatcher,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, object],
    option: str,
) -> None:
    dispatcher = make(**options)
    assert not dispatcher.send("Disk full").queued
    assert not dispatcher.send("Disk full").queued
    assert dispatcher.stats().dropped == {"misconfigured": 2}
    (warning,) = caplog.messages
    assert option in warning
    with pytest.raises(SendFailed, match=option):
        dispatcher.send_now("Disk full")


@pytest.mark.parametrize(("options", "option"), WRONG)
def test_strict_refuses_a_wrong_option(
    make: MakeDispatcher, options: dict[str, object], option: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        make(strict=True, **options)
    assert [name for name, _ in wrong.value.faults] == [option]


def test_the_code_is_never_logged(
    make: MakeDispatcher, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.replies += [Reply(401), Reply(400)]
    dispatcher = make(dispatcher_code="a-secret-code")
    dispatcher.send("Disk full")
    dispatcher.flush()
    make(dispatcher_code="a-secret code").send("Disk full")
    assert caplog.messages
    assert "a-secret" not in caplog.text
