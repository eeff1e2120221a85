"""What could not be sent waits on the disk, within bounds, until the server answers again."""

import errno
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from dispatcher_maker import Dispatcher, options, spool
from dispatcher_maker.outgoing import Lost, Outgoing
from dispatcher_maker.settings import settings_of
from dispatcher_maker.spool import Spool
from dispatcher_maker.wire import new_report_id
from tests.maker.conftest import MakeDispatcher, RunProgram
from tests.maker.stub import PATIENCE, Reply, Stub


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LONGEST_JITTER", 0.0)


def down(stub: Stub, count: int) -> None:
    stub.replies += [Reply(503)] * count


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def spool_in(folder: Path, **more: Any) -> Spool:
    arguments = {
        "dispatcher_url": "https://dispatcher.example.com",
        "app_name": "MyApp",
        "dispatcher_code": "123456",
        "spool_dir": folder,
        **more,
    }
    return Spool(settings_of(options.chosen(arguments, {})))


GAVE_UP = Lost("gave_up", "no answer")


def keep(kept: Spool, text: str = "{}") -> int | None:
    return kept.keep(report(text), GAVE_UP)


def oldest(kept: Spool) -> Outgoing | None:
    kept.replay_at = 0.0
    return kept.next(at_once=True)


def report(text: str = "{}") -> Outgoing:
    outgoing = Outgoing(new_report_id())
    outgoing.incident = text.encode()
    return outgoing


@pytest.mark.usefixtures("no_backoff")
def test_what_the_server_did_not_take_arrives_after_the_next_that_it_takes(
    make: MakeDispatcher, stub: Stub, tmp_path: Path
) -> None:
    dispatcher = make(spool_dir=tmp_path)
    down(stub, 5)
    receipt = dispatcher.send("lost to the outage", context={"password": "hunter2"})
    assert dispatcher.flush()
    (kept,) = files_in(tmp_path)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "hunter2" not in kept.read_text()
    assert dispatcher.stats().withheld == {"spooled": 1}
    assert dispatcher.stats().dropped == {}

    dispatcher.send("the server is back")
    seen = stub.wait_for(7)
    assert [one.title for one in seen[5:]] == ["the server is back", "lost to the outage"]
    assert seen[6].incident["report_id"] == receipt.report_id
    assert dispatcher.close(PATIENCE)
    assert files_in(tmp_path) == []


def test_what_the_end_of_a_program_left_is_sent_by_the_next_run(
    run_program: RunProgram, stub: Stub, tmp_path: Path
) -> None:
    stub.may_answer.clear()
    options = f"spool_dir={str(tmp_path)!r}, exit_timeout=0.1"
    run_program("dispatcher.send('first'); dispatcher.send('second')\n", options=options)
    assert len(files_in(tmp_path)) == 2
    stub.may_answer.set()
    stub.seen.clear()
    run_program("dispatcher.send('third')\n", options=f"spool_dir={str(tmp_path)!r}")
    assert stub.titles == ["third", "first", "second"]
    assert files_in(tmp_path) == []


@pytest.mark.usefixtures("no_backoff")
def test_what_the_server_refuses_for_good_does_not_come_back(
    make: MakeDispatcher, stub: Stub, tmp_path: Path
) -> None:
    keep(spool_in(tmp_path, dispatcher_url=stub.url), '{"title": "bad"}')
    dispatcher = make(spool_dir=tmp_path)
    stub.replies += [Reply(), Reply(400)]
    dispatcher.send("good")
    stub.wait_for(2)
    assert dispatcher.close(PATIENCE)
    assert files_in(tmp_path) == []
    assert dispatcher.stats().dropped == {"rejected": 1}


def test_the_spool_is_bounded_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MOST_FILES", 2)
    kept = spool_in(tmp_path)
    gone = [keep(kept, json.dumps({"title": f"Report {n}"})) for n in range(4)]
    assert gone == [0, 0, 1, 1]
    found = oldest(kept)
    assert found is not None
    assert json.loads(found.incident) == {"title": "Report 2"}
    monkeypatch.setattr(spool, "MOST_BYTES", 30)
    assert keep(kept, json.dumps({"title": "Report 4"})) == 2


def test_apps_that_share_a_folder_do_not_send_each_others_reports(tmp_path: Path) -> None:
    keep(spool_in(tmp_path))
    assert oldest(spool_in(tmp_path)) is not None
    assert oldest(spool_in(tmp_path, app_name="Other")) is None
    assert oldest(spool_in(tmp_path / "nowhere")) is None


def test_a_spool_that_cannot_be_written_costs_only_what_was_lost_anyway(
    make: MakeDispatcher, stub: Stub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    dispatcher: Dispatcher = make(spool_dir=tmp_path / "file" / "folder")
    stub.may_answer.clear()
    dispatcher.send("first")
    assert not dispatcher.close(0)
    assert dispatcher.stats().dropped == {"closed": 1}
    assert "nothing can be kept in the spool" in caplog.text


def test_a_full_disk_keeps_no_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: object, _path: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert keep(spool_in(tmp_path)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(tmp_path: Path) -> None:
    kept = spool_in(tmp_path)
    keep(kept, '{"title": "second"}')
    (first,) = files_in(tmp_path)
    first.with_name(f"{first.name[:9]}0-{first.name[-41:]}").mkdir()  # nobody can read that
    found = oldest(kept)
    assert found is not None
    assert json.loads(found.incident) == {"title": "second"}


def test_a_file_that_cannot_be_deleted_is_not_sent_without_end(
    make: MakeDispatcher, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(spool_in(tmp_path, dispatcher_url=stub.url), '{"title": "spooled"}')
    monkeypatch.setattr("os.unlink", deny)
    dispatcher = make(spool_dir=tmp_path)
    dispatcher.send("first")
    stub.wait_for(2)
    assert dispatcher.close(PATIENCE)
    assert stub.titles == ["first", "spooled"]


def deny(_path: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_the_worker_sleeps_through_a_pause_whatever_the_spool_waits_for(
    make: MakeDispatcher, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "LONGEST_JITTER", 60.0)
    dispatcher = make(spool_dir=tmp_path, exit_timeout=0.1)
    stub.replies += [Reply(), Reply(503, {"Retry-After": "3600"})]
    dispatcher.send_now("taken")
    dispatcher.send("not taken")
    stub.wait_for(2)
    assert not dispatcher.flush()  # False at once, for it is paused
    worker = dispatcher._worker
    assert worker._look_again_at(until=worker._paused_until) == worker._paused_until
