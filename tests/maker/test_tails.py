"""The last lines of files of every kind."""

import os
from pathlib import Path

import pytest

from dispatcher_maker import tails
from dispatcher_maker.tails import LogPart, log_files_of, tails_of


def tail(path: Path, lines: int = 3) -> LogPart:
    (part,) = tails_of(log_files_of([path]), lines)
    return part


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


def test_the_last_lines_are_taken(log: Path) -> None:
    log.write_text("one\ntwo\nthree\nfour\n")
    assert tail(log) == {
        "source": str(log),
        "lines": ["two", "three", "four"],
        "truncated": False,
    }


def test_a_last_line_without_a_newline_counts(log: Path) -> None:
    log.write_text("one\ntwo\nthree\nfour")
    assert tail(log)["lines"] == ["two", "three", "four"]


def test_a_short_file_is_taken_whole(log: Path) -> None:
    log.write_text("one\n\n")
    assert tail(log)["lines"] == ["one", ""]


def test_an_empty_file_has_no_lines(log: Path) -> None:
    log.write_text("")
    assert tail(log) == {"source": str(log), "lines": [], "truncated": False}


def test_windows_line_ends_are_line_ends(log: Path) -> None:
    log.write_bytes(b"one\r\ntwo\r\n50 %\r100 %\r\n")
    assert tail(log)["lines"] == ["one", "two", "50 %\r100 %"]


@pytest.mark.parametrize("shift", range(4))
def test_a_letter_across_two_blocks_stays_whole(log: Path, shift: int) -> None:
    text = "🙂" * 6000
    log.write_text("x" * shift + text[:4000] + "\n" + text[4000:], encoding="utf-8")
    assert tail(log, 100)["lines"] == ["x" * shift + text[:4000], text[4000:]]


@pytest.mark.parametrize("length", [1, 2, 7, 100, 4095])
def test_any_number_of_lines_comes_out_whole(log: Path, length: int) -> None:
    lines = [f"{n:x}".ljust(length, ".") for n in range(300)]
    log.write_text("".join(f"{line}\n" for line in lines))
    for wanted in (1, 2, 5, 10, 50):
        assert tail(log, wanted) == {
            "source": str(log),
            "lines": lines[-wanted:],
            "truncated": False,
        }


def test_what_is_not_utf8_is_marked_and_nul_is_left_out(log: Path) -> None:
    log.write_bytes(b"caf\xe9\nnul\0l\n")
    assert tail(log)["lines"] == ["caf�", "null"]


def test_a_huge_file_costs_what_a_small_one_costs(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log.open("wb") as file:
        file.truncate(50 * 1024**3)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + b"a line of a log\n" * 2000)
    read: list[int] = []
    plain_read = os.read

    def counted_read(descriptor: int, size: int) -> bytes:
        read.append(size)
        return plain_read(descriptor, size)

    monkeypatch.setattr(os, "read", counted_read)
    assert tail(log, 100)["lines"] == ["a line of a log"] * 100
    assert sum(read) <= 16 * 1024


def test_a_hole_is_not_read_for_ever(log: Path) -> None:
    with log.open("wb") as file:
        file.truncate(50 * 1024**3)
    assert tail(log) == {"source": str(log), "lines": [], "truncated": True}


def test_a_long_line_is_cut(log: Path) -> None:
    log.write_text("short\n" + "x" * 5000 + "\n")
    assert tail(log) == {
        "source": str(log),
        "lines": ["short", "x" * 4096],
        "truncated": True,
    }


def test_a_line_longer_than_all_that_is_read_is_cut_too(log: Path) -> None:
    log.write_text("x" * 900_000)
    assert tail(log) == {"source": str(log), "lines": ["x" * 4096], "truncated": True}


def test_no_more_than_256_kb_of_a_file_are_read(log: Path) -> None:
    log.write_text("".join(f"{n:0999}\n" for n in range(1000)))
    part = tail(log, 1000)
    assert part["truncated"]
    assert part["lines"] == [f"{n:0999}" for n in range(738, 1000)]


def test_a_log_that_was_just_rotated_begins_in_the_file_before(log: Path) -> None:
    log.with_name(f"{log.name}.1").write_text("one\ntwo\nthree\n")
    log.write_text("four\n")
    assert tail(log, 3)["lines"] == ["two", "three", "four"]
    assert tail(log, 1)["lines"] == ["four"]
    log.write_text("")
    assert tail(log, 9) == {
        "source": str(log),
        "lines": ["one", "two", "three"],
        "truncated": False,
    }


def test_no_more_than_256_kb_are_read_of_a_log_and_the_file_before(log: Path) -> None:
    log.with_name(f"{log.name}.1").write_text(f"{'x' * 99}\n" * 9_000)
    log.write_text(f"{'y' * 99}\n" * 2_000)
    found = tail(log, 9_000)
    assert sum(len(line) + 1 for line in found["lines"]) <= 256 * 1024 + 16 * 1024
    assert found["truncated"]


def test_what_stands_in_for_a_rotated_log_is_no_harm(log: Path) -> None:
    log.write_text("four\n")
    log.with_name(f"{log.name}.1").mkdir()
    assert tail(log, 3)["lines"] == ["four"]


def test_a_missing_file_is_a_note(log: Path) -> None:
    assert tail(log) == {
        "source": str(log),
        "lines": [],
        "truncated": False,
        "note": "file not found",
    }


def test_a_file_that_must_not_be_read_is_a_note(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    log.write_text("secret\n")
    monkeypatch.setattr(os, "open", refuse)
    assert tail(log)["note"] == "permission denied"


def test_a_folder_is_a_note(tmp_path: Path) -> None:
    assert tail(tmp_path)["note"] == "not a regular file"


def test_a_fifo_is_a_note_and_its_writer_goes_on_waiting(log: Path) -> None:
    os.mkfifo(log)
    assert tail(log)["note"] == "not a regular file"
    with pytest.raises(OSError, match="No such device"):
        os.open(log, os.O_WRONLY | os.O_NONBLOCK)


def test_a_device_is_a_note() -> None:
    assert tail(Path("/dev/zero"))["note"] == "not a regular file"


def test_a_path_that_cannot_be_one_is_a_note() -> None:
    assert "null" in tail(Path("a\0b"))["note"]


def test_a_link_is_followed(log: Path, tmp_path: Path) -> None:
    log.write_text("one\n")
    link = tmp_path / "current"
    link.symlink_to(log)
    assert tail(link) == {"source": str(link), "lines": ["one"], "truncated": False}


def test_a_relative_path_is_kept_from_a_later_change_of_folder(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text("one\n")
    monkeypatch.chdir(tmp_path)
    files = log_files_of(["./app.log"])
    monkeypatch.chdir("/")
    assert tails_of(files, 3) == [{"source": "./app.log", "lines": ["one"], "truncated": False}]


def test_one_path_is_as_good_as_a_list_of_one(log: Path) -> None:
    assert log_files_of(str(log)) == log_files_of([log]) == log_files_of(os.fsencode(log))


def test_no_lines_wanted_means_no_files_read(log: Path) -> None:
    assert tails_of(log_files_of([log]), 0) == []


def test_a_file_that_is_emptied_while_it_is_read_is_no_error(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text("one\n" * 10_000)
    plain_seek = os.lseek

    def seek(descriptor: int, position: int, how: int) -> int:
        os.truncate(log, 0)
        return plain_seek(descriptor, position, how)

    monkeypatch.setattr(os, "lseek", seek)
    assert tail(log, 10_000)["lines"] == []


def test_of_very_many_files_the_first_fifty_are_read(tmp_path: Path) -> None:
    files = log_files_of([tmp_path / str(n) for n in range(60)])
    assert len(tails_of(files, 3)) == tails.MOST_FILES
