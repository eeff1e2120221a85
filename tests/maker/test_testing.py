"""What programs that report have for their own tests."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from dispatcher_maker import Dispatcher, DispatcherAsync, SendFailed
from dispatcher_maker.testing import catch_reports
from tests.maker.conftest import MAKER, MakeDispatcher, run_python
from tests.maker.stub import Stub


def test_caught_reports_are_there_at_once_and_go_nowhere(
    dispatcher: Dispatcher, stub: Stub, tmp_path: Path
) -> None:
    (tmp_path / "app.log").write_text("one\ntwo\n")
    with catch_reports() as outbox:
        dispatcher.send(
            "Disk full",
            "95 %",
            "crit",
            [tmp_path / "app.log"],
            fingerprint="disk",
            tags={"host": "db1"},
            context={"free": 3},
        )
        (report,) = outbox.reports
    assert (report.app_name, report.title, report.message) == ("MyApp", "Disk full", "95 %")
    assert (report.level, report.fingerprint) == ("crit", "disk")
    assert report.tags["host"] == "db1"
    assert report.context["free"] == 3
    assert report.logs[0]["lines"] == ["one", "two"]
    dispatcher.send_now("After the block")
    assert stub.titles == ["After the block"]


def test_who_waits_gets_an_answer_of_the_outbox(make: MakeDispatcher) -> None:
    with catch_reports() as outbox:
        answer = make().send_now("Disk full")
        outbox.clear()
    assert (answer.number, answer.new) == (1, True)
    assert outbox.titles == []


async def test_reports_of_asyncio_programs_are_caught_too() -> None:
    with catch_reports() as outbox:
        dispatcher = DispatcherAsync("http://127.0.0.1:9", "MyApp", "123456")
        await dispatcher.send("Disk full")
        answer = await dispatcher.send_now("Disk still full")
    assert outbox.titles == ["Disk full", "Disk still full"]
    assert answer.number == 2


def test_caught_reports_hide_what_the_server_would_not_get(make: MakeDispatcher) -> None:
    with catch_reports() as outbox:
        make().send("Refused", "password=hunter2")
        make(scrub=False).send("Refused", "password=hunter2")
    assert [report.message for report in outbox.reports] == [
        "password=[hidden]",
        "password=hunter2",
    ]


def test_what_repeats_is_caught_each_time(dispatcher: Dispatcher, stub: Stub) -> None:
    failures = [ValueError("no disk") for _ in range(3)]
    dispatcher.capture(failures[0])
    with catch_reports() as outbox:
        dispatcher.capture(failures[1])
        dispatcher.capture(failures[2])
        assert outbox.titles == ["ValueError: no disk"] * 2


def test_a_server_out_of_reach_can_be_played(make: MakeDispatcher) -> None:
    dispatcher = make()
    with catch_reports() as outbox:
        outbox.unreachable = True
        with pytest.raises(SendFailed, match="cannot be reached"):
            dispatcher.send_now("Disk full")
    assert outbox.reports == []
    assert dispatcher.stats().dropped == {"gave_up": 1}


def test_pytest_finds_the_fixture_by_itself(tmp_path: Path) -> None:
    project = tomllib.loads((MAKER / "pyproject.toml").read_text())
    plugin = project["project"]["entry-points"]["pytest11"]["dispatcher_maker"]
    assert import_module(plugin).dispatcher_outbox

    (tmp_path / "test_shop.py").write_text(
        "from dispatcher_maker import Dispatcher\n"
        "dispatcher = Dispatcher('http://127.0.0.1:9', 'shop', '123456')\n"
        "def test_one(dispatcher_outbox):\n"
        "    dispatcher.send('Disk full')\n"
        "    assert dispatcher_outbox.titles == ['Disk full']\n"
        "def test_two(dispatcher_outbox):\n"
        "    assert dispatcher_outbox.titles == []\n"
    )
    run = run_python(
        ["-m", "pytest", "-q", "--disable-plugin-autoload", "-p", plugin, str(tmp_path)]
    )
    assert "2 passed" in run.stdout


def test_heartbeats_are_caught_beside_the_reports(make: MakeDispatcher) -> None:
    with catch_reports() as outbox:
        with make().monitor("backup"):
            make().send("Disk full")
        assert [one.status for one in outbox.heartbeats] == ["in_progress", "ok"]
        assert outbox.titles == ["Disk full"]
        outbox.clear()
    assert outbox.heartbeats == []
