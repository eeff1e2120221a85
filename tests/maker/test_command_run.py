"""`dispatcher-send run` and `pipe`: in the middle, and not in the way."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dispatcher_maker.cli import process
from dispatcher_maker.cli.main import main
from tests.maker.conftest import MAKER
from tests.maker.stub import PATIENCE, Reply, Stub

SHELL = ["sh", "-c"]


@pytest.fixture(autouse=True)
def app(stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISPATCHER_URL", stub.url)
    monkeypatch.setenv("DISPATCHER_APP_NAME", "MyApp")
    monkeypatch.setenv("DISPATCHER_CODE", "123456")
    monkeypatch.setenv("HOME", str(tmp_path))


@contextmanager
def started(words: list[str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "dispatcher_maker.cli", *words],
        env={**os.environ, "PYTHONPATH": str(MAKER)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        program.kill()


def test_a_failure_without_a_check_is_reported_with_the_end_of_the_output(
    stub: Stub, capfd: pytest.CaptureFixture[str]
) -> None:
    stub.replies.append(Reply(404))
    script = "for n in 1 2 3; do echo line $n; done; echo oops >&2; exit 3"
    assert main(["run", "--name", "backup", "-n", "2", "--", *SHELL, script, "s3cret"]) == 3
    assert capfd.readouterr() == ("line 1\nline 2\nline 3\n", "oops\n")
    start, seen = stub.seen
    assert start.body["status"] == "in_progress"
    assert (seen.title, seen.incident["level"]) == ("backup failed", "error")
    assert seen.incident["message"].startswith("exit code 3, after ")
    assert seen.incident["fingerprint"] == "run backup"
    assert seen.incident["logs"] == [
        {"source": "stdout", "lines": ["line 2", "line 3"], "truncated": False},
        {"source": "stderr", "lines": ["oops"], "truncated": False},
    ]
    assert "s3cret" not in str(seen.body)


def test_a_success_is_reported_only_on_demand(stub: Stub) -> None:
    assert main(["run", "--", "true"]) == 0
    assert stub.seen == []
    assert main(["run", "--on-success", "--", "true"]) == 0
    assert stub.titles == ["true succeeded"]
    assert stub.seen[0].incident["level"] == "info"


def test_quiet_output_is_sent_but_not_shown(stub: Stub, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--quiet", "--", *SHELL, "echo hidden; exit 1"]) == 1
    assert capfd.readouterr() == ("", "")
    assert stub.seen[0].incident["logs"][0]["lines"] == ["hidden"]


def test_of_a_long_output_the_end_is_kept(stub: Stub) -> None:
    script = f"i=0; while [ $i -lt 40 ]; do echo {'x' * 60_000}; i=$((i+1)); done; echo end; exit 1"
    assert main(["run", "--quiet", "-n", "3", "--", *SHELL, script]) == 1
    part = stub.seen[0].incident["logs"][0]
    assert part["lines"][-1] == "end"
    assert part["truncated"]


@pytest.mark.parametrize(
    ("words", "code", "ending"),
    [
        (["/no/such/command"], 127, "cannot be started: No such file"),
        (["/dev/null"], 126, "cannot be started: Permission denied"),
        ([*SHELL, "kill -9 $$"], 137, "killed by SIGKILL"),
    ],
)
def test_a_command_that_does_not_end_by_itself_has_the_code_that_shells_give(
    stub: Stub, words: list[str], code: int, ending: str
) -> None:
    assert main(["run", "--", *words]) == code
    assert stub.seen[0].incident["message"].startswith(ending)


def test_a_command_that_takes_too_long_is_stopped(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.05)
    stubborn = "trap '' TERM; while :; do sleep 0.01; done"
    assert main(["run", "--timeout", "0.1s", "--", *SHELL, stubborn]) == 124
    assert stub.seen[0].incident["message"].startswith("stopped after 0.1 s")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(503), "not taken: HTTP 503\n"),
        (Reply(401), "not taken: HTTP 401: app name or code is not accepted\n"),
        (None, "nothing will be reported: dispatcher_code is missing"),
    ],
)
def test_the_exit_code_is_the_commands_whatever_becomes_of_the_report(
    stub: Stub,
    reply: Reply | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPATCHER_TIMEOUT", "0.2")
    if reply is None:
        monkeypatch.delenv("DISPATCHER_CODE")
    else:
        stub.replies.append(reply)
    assert main(["run", "--", *SHELL, "echo ran; exit 5"]) == 5
    out, errors = capfd.readouterr()
    assert out == "ran\n"
    assert said in errors


def test_a_check_of_the_name_hears_of_start_and_end(stub: Stub) -> None:
    assert main(["run", "--name", "Nightly backup", "--every", "1d", "--", "true"]) == 0
    start, end = stub.seen
    assert start.path == end.path == "/api/v1/heartbeats/Nightly%20backup"
    assert start.headers["Authorization"] == "Bearer 123456"
    run = start.body.pop("run")
    assert start.body == {"status": "in_progress", "period_seconds": 86400}
    assert end.body.pop("duration_seconds") >= 0
    assert end.body == {"status": "ok", "run": run, "exit_status": 0, "period_seconds": 86400}


def test_a_check_hears_of_a_failure_instead_of_a_report(stub: Stub) -> None:
    script = f"echo {'x' * 20_000}; echo oops >&2; exit 3"
    assert main(["run", "--quiet", "--name", "backup", "--", *SHELL, script]) == 3
    _start, end = stub.seen
    said = end.body
    assert (said["status"], said["exit_status"]) == ("error", 3)
    assert said["message"].startswith("exit code 3\nxxx")
    assert said["message"].endswith("xxx\noops")
    assert len(said["message"]) <= 10_000


def test_input_and_signals_are_the_commands(stub: Stub) -> None:
    script = (
        "read word; trap 'echo got $word; exit 7' TERM; echo ready; while :; do sleep 0.01; done"
    )
    with started(["run", "--", *SHELL, script]) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write("hello\n")
        program.stdin.flush()
        assert program.stdout.readline() == "ready\n"
        program.send_signal(signal.SIGTERM)
        out, _ = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out) == (7, "got hello\n")
    assert stub.titles == ["sh failed"]


def test_a_reader_that_goes_ends_the_command(stub: Stub) -> None:
    with started(["run", "--", "yes"]) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "y\n"
        program.stdout.close()
        assert program.wait(PATIENCE) == 128 + signal.SIGPIPE
    assert "killed by SIGPIPE" in stub.seen[0].incident["message"]


def test_a_slow_reader_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    writing, may_write = threading.Event(), threading.Event()

    def write(_descriptor: int, _data: bytes) -> None:
        writing.set()
        assert may_write.wait(PATIENCE)

    def join(_timeout: float) -> None:
        joined.append(writing.wait(PATIENCE))
        if len(joined) > 1:
            may_write.set()
            really_join(PATIENCE)

    monkeypatch.setattr(process, "write_all", write)
    output = tmp_path / "output"
    output.write_bytes(b"x" * 300_000)
    copy = process.Copy("stdout", output.open("rb"), 1)
    joined: list[bool] = []
    really_join = copy._thread.join
    monkeypatch.setattr(copy._thread, "join", join)
    assert copy.end().data == b"x" * 300_000


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["--name", "backup"], "after --"), (["--every", "1d", "--", "true"], "that --name names")],
)
def test_a_run_that_cannot_be_meant_so_is_bad_usage(
    words: list[str], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *words]) == 2
    assert reason in capfd.readouterr().err


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes, *words: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return main(["pipe", *words])


def test_lines_that_match_are_reported_and_all_pass(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = b"one\ntwo\xff\nERROR disk full\nthree\n\nERROR again"
    assert pipe(monkeypatch, data, "--match", "ERROR|^$", "-l", "crit", "-n", "2") == 0
    assert capfdbinary.readouterr().out == data
    assert stub.titles == ["ERROR disk full", "ERROR again"]
    assert stub.seen[0].incident["level"] == "crit"
    assert stub.seen[0].incident["logs"][0]["lines"] == ["two\ufffd", "ERROR disk full"]


def test_lines_that_differ_in_their_numbers_are_a_storm(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = b"".join(b"12:00:%02d ERROR order %d-a1f of Bob\n" % (n % 60, n) for n in range(300))
    assert pipe(monkeypatch, data, "--match", "ERROR") == 0
    assert capfdbinary.readouterr().out == data
    first, summary = (seen.incident for seen in stub.seen)
    assert first["title"] == summary["title"] == "12:00:00 ERROR order 0-a1f of Bob"
    assert first["fingerprint"] == summary["fingerprint"]
    assert summary["message"] == "Repeated 299 times within 60 s."


def test_a_pipe_says_what_it_could_not_report(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stub.replies.append(Reply(400, body=b"{}"))
    assert pipe(monkeypatch, b"ERROR one\nERROR two\n", "--match", "ERROR") == 3
    assert "reports not taken: 1, kept in the spool: 0; HTTP 400" in capfd.readouterr().err


def test_what_a_pipe_could_not_report_waits_in_the_spool(
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    stub.replies.append(Reply(503, {"Retry-After": "3600"}))
    spool = ["--spool", str(tmp_path / "spool")]
    assert pipe(monkeypatch, b"ERROR 1\n", "--match", "ERROR", *spool) == 3
    assert "reports not taken: 0, kept in the spool: 1;" in capfd.readouterr().err
    assert main(["run", *spool, "--", "false"]) == 1
    assert stub.titles == ["ERROR 1", "false failed", "ERROR 1"]


def test_a_wrong_pattern_is_bad_usage(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert pipe(monkeypatch, b"", "--match", "(") == 2
    assert "--match is no regular expression" in capfd.readouterr().err
