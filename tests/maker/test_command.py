"""`dispatcher-send`: words in, reports and exit codes out."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dispatcher_maker.cli import options
from dispatcher_maker.cli.main import main
from dispatcher_maker.cli.test import clock_beside
from tests.maker.conftest import run_python
from tests.maker.stub import Reply, Stub


@pytest.fixture(autouse=True)
def app(stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment names the stub, and a file may add to that."""
    monkeypatch.setenv("DISPATCHER_URL", stub.url)
    monkeypatch.setenv("DISPATCHER_APP_NAME", "MyApp")
    monkeypatch.setenv("DISPATCHER_CODE", "123456")
    file = tmp_path / "dispatcher.toml"
    monkeypatch.setattr(options, "FILES", (str(file),))
    return file


def test_a_report_says_what_the_flags_say(
    stub: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "app.log"
    log.write_text("one\ntwo\nthree\n")
    words = ["-t", "Disk full", "-m", "95 %", "-l", "critical", "--tag", "host=db1"]
    assert main(["send", *words, "--log", str(log), "-n", "2", "--fingerprint", "disk"]) == 0
    (seen,) = stub.seen
    assert seen.body["app_name"] == "MyApp"
    assert seen.headers["Authorization"] == "Bearer 123456"
    assert (seen.title, seen.incident["message"]) == ("Disk full", "95 %")
    assert (seen.incident["level"], seen.incident["fingerprint"]) == ("crit", "disk")
    assert seen.incident["tags"]["host"] == "db1"
    assert seen.incident["logs"][0]["lines"] == ["two", "three"]
    assert capsys.readouterr().out == "https://dispatcher.example.com/incidents/7\n"


def test_the_message_can_come_from_standard_input(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a" * 100_000)))
    assert main(["send", "-q", "-t", "Backup", "-m", "-"]) == 0
    assert stub.seen[0].incident["message"] == "a" * 16_384
    assert sys.stdin.read() == ""
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("status", "code"), [(400, 4), (401, 4), (403, 4), (413, 4), (429, 3), (503, 3)]
)
def test_a_server_that_says_no_is_not_one_that_is_away(
    stub: Stub, status: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.replies.append(Reply(status, {"Retry-After": "60"}, b"{}"))
    assert main(["send", "-t", "Disk full"]) == code
    assert f"HTTP {status}" in capsys.readouterr().err


def test_a_server_that_cannot_be_reached_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPATCHER_TIMEOUT", "0.2")
    assert main(["send", "--url", "http://127.0.0.1:9", "-t", "Disk full"]) == 3
    errors = capsys.readouterr().err
    assert errors.startswith("not taken: ")
    assert errors.count("\n") == 1


def test_a_report_can_wait_in_a_spool_for_the_next_one(
    stub: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["send", "--spool", str(tmp_path / "spool"), "-t"]
    stub.replies.append(Reply(503, {"Retry-After": "60"}, b"{}"))
    assert main([*words, "Disk full", "-l", "crit"]) == 3
    assert capsys.readouterr().err == "not taken: HTTP 503\nit waits in the spool\n"
    assert main([*words, "Disk empty"]) == 0
    assert stub.titles == ["Disk full", "Disk empty", "Disk full"]
    assert stub.seen[-1].incident["level"] == "crit"
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "COMMAND"),
        (["send"], "--title"),
        (["send", "-t", "x", "-l", "loud"], "loud is none of"),
        (["send", "-t", "x", "--tag", "host"], "host is not KEY=VALUE"),
        (["send", "-t", " "], "title must be a text that is not empty"),
        (["ping", " "], "must not be empty"),
        (["ping", "backup", "--every", "soon"], "soon is no time like"),
        (["ping", "backup", "--start", "--fail"], "not allowed with"),
        (["send", "-t", "x", "-n", "many"], "many is no whole number"),
        (["send", "-t", "x", "--url", "example.com"], "must look like"),
        (["send", "-t", "x", "--", "y"], "only `run` takes a command"),
    ],
)
def test_bad_usage_is_told_and_sends_nothing(
    stub: Stub, words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(words)
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert reason in capsys.readouterr().err
    assert stub.seen == []


def test_flags_go_before_the_environment_before_the_file(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPATCHER_CODE")
    app.write_text('code = "from-file"\napp_name = "Unused"\nmax_logs = 7\nlogs = ["a.log"]\n')
    assert main(["config", "--url", "https://dispatcher.example.com"]) == 0
    shown = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert shown[:5] == [
        ["url", "https://dispatcher.example.com", "--url"],
        ["app_name", "MyApp", "DISPATCHER_APP_NAME"],
        ["code", "***", f"`code` in {app}"],
        ["logs", "a.log", f"`logs` in {app}"],
        ["max_logs", "7", f"`max_logs` in {app}"],
    ]
    assert ["timeout", "10.0", "default"] in shown


def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPATCHER_CODE")
    assert main(["send", "-t", "Disk full"]) == 2
    assert "dispatcher_code is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("timeout = 0", "dispatcher.toml must be more than 0 s"),
        ("logs = 3", "must be a list of paths"),
        ("timeout = 'soon'", "dispatcher.toml must be a number"),
        ("cod = '1'", "is not an option"),
        ("=", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told_not_passed_over(
    app: Path, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app.write_text(text)
    assert main(["config"]) == 2
    assert reason in capsys.readouterr().err


def test_help_loads_no_http_and_no_asyncio() -> None:
    program = (
        "import sys\n"
        "from dispatcher_maker.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('http.client', 'ssl', 'asyncio', 'tomllib')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert run_python(["-c", program]).stdout.endswith("[]\n")


def test_a_closed_input_is_an_empty_one(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["send", "-t", "Disk full", "-m", "-"]) == 0
    assert main(["pipe", "--match", "ERROR"]) == 0
    assert [seen.incident["message"] for seen in stub.seen] == [""]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["send", "-t", "Disk full"], 0),
        (["run", "--", "sh", "-c", "exit 5"], 5),
        (["run", "--code", "no code", "--", "sh", "-c", "exit 5"], 5),
        (["config"], 0),
    ],
    ids=["sent", "run", "run and no report", "config"],
)
def test_whether_anybody_reads_changes_no_exit_code(
    stub: Stub, words: list[str], code: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "dispatcher_maker.cli", *words]
    assert subprocess.run(command, stdout=writing, stderr=writing, check=False).returncode == code
    os.close(writing)


def test_the_package_can_be_run() -> None:
    assert run_python(["-m", "dispatcher_maker.cli", "--version"]).stdout.startswith(
        "dispatcher-send "
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], {"status": "ok"}),
        (["--fail", "-m", "no disk"], {"status": "error", "message": "no disk"}),
        (
            ["--start", "--every", "90", "--grace", "5m"],
            {"status": "in_progress", "period_seconds": 90, "grace_seconds": 300},
        ),
    ],
)
def test_a_ping_is_a_heartbeat(stub: Stub, words: list[str], said: dict[str, object]) -> None:
    assert main(["ping", "Nightly backup", *words]) == 0
    (beat,) = stub.seen
    assert beat.path == "/api/v1/heartbeats/Nightly%20backup"
    assert beat.body == said


def test_a_ping_of_no_check_says_how_to_get_one(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.replies.append(Reply(404, body=b'{"error": "no check"}'))
    assert main(["ping", "backup"]) == 4
    assert "HTTP 404 no check; make the check, or give --every" in capsys.readouterr().err


def test_a_ping_to_nobody_is_unreachable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ping", "backup", "--url", "http://127.0.0.1:9"]) == 3
    assert "refused" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["send", "-t", "x"], ["ping", "backup"], ["run", "--name", "x"]])
def test_what_is_turned_off_sends_nothing_and_is_no_failure(
    stub: Stub,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPATCHER_ENABLED", "false")
    command, code = (["--", "false"], 1) if words[0] == "run" else ([], 0)
    assert main([*words, *command]) == code
    assert capsys.readouterr() == ("", "")
    assert stub.seen == []
    assert main(["test"]) == 2
    assert "DISPATCHER_ENABLED is false" in capsys.readouterr().err


def test_the_way_to_the_server_is_tried_step_by_step(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test"]) == 0
    steps = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert steps == [
        ["name", "127.0.0.1 is 127.0.0.1"],
        ["connection", f"port {stub.port}, not encrypted"],
        ["server", "HTTP 501"],
        ["clock", "agrees with the server's"],
        ["report", "https://dispatcher.example.com/incidents/7"],
    ]
    assert stub.seen[0].incident["level"] == "debug"


def test_a_code_that_is_not_accepted_shows_in_the_last_step(
    stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.replies.append(Reply(401, body=b"{}"))
    assert main(["test"]) == 4
    assert "app name or code is not accepted" in capsys.readouterr().err


def test_a_step_that_fails_is_the_last(stub: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--url", "http://127.0.0.1:9"]) == 3
    out, errors = capsys.readouterr()
    assert out == "name        127.0.0.1 is 127.0.0.1\n"
    assert "refused" in errors


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Thu, 01 Jan 2026 00:00:00 GMT", "s ahead of the server's"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "s behind the server's"),
        ("soon", "does not tell the time"),
        (None, "does not tell the time"),
    ],
)
def test_a_wrong_clock_is_seen(date: str | None, said: str) -> None:
    assert clock_beside(date).endswith(said)
