"""Log lines: what is packed comes out again, and overlaps are found whatever repeats."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.joined_log import overlap
from core.logs import pack, unpack

LINE = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]))
FEW_KINDS_OF_LINES = st.lists(st.sampled_from("aab"), max_size=12)


def longest_overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """Say the same as `overlap`, by trying every length."""
    shorter = min(len(before), len(after))
    fits = [n for n in range(1, shorter + 1) if before[-n:] == after[:n]]
    return max(fits, default=0)


@given(st.lists(LINE, min_size=1, max_size=30))
def test_the_lines_of_what_is_packed_come_out_again(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert unpack(pack(text)) == (lines if text else [])


def test_of_no_text_there_are_no_lines() -> None:
    assert unpack(pack("")) == []


def test_an_empty_line_among_others_is_a_line() -> None:
    assert unpack(pack("\n")) == ["", ""]
    assert unpack(pack("a\n\nb")) == ["a", "", "b"]


def test_a_long_line_comes_out_again() -> None:
    assert unpack(pack("x" * 900_000)) == ["x" * 900_000]


def test_other_line_breaks_do_not_end_a_line() -> None:
    text = "a\rb\x0bc\x85d\u2028e"
    assert unpack(pack(text)) == [text]


def test_repetitive_lines_take_little_room() -> None:
    assert len(pack("the same line again\n" * 10_000)) < 1000


# In a process of its own: a compressor that two threads share takes the interpreter down.
PACKING_THREADS = """
from concurrent.futures import ThreadPoolExecutor
from core.logs import pack, unpack

texts = ["\\n".join([f"{n} " + "line " * 2000] * 50) for n in range(64)]
with ThreadPoolExecutor(8) as pool:
    assert ["\\n".join(unpack(body)) for body in pool.map(pack, texts)] == texts
"""


def test_lines_can_be_packed_by_several_threads_at_once() -> None:
    program = [sys.executable, "-c", PACKING_THREADS]
    ended = subprocess.run(program, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@given(FEW_KINDS_OF_LINES, FEW_KINDS_OF_LINES)
def test_the_overlap_is_the_longest_there_is(before: list[str], after: list[str]) -> None:
    assert overlap(before, after) == longest_overlap(before, after)


@given(FEW_KINDS_OF_LINES, FEW_KINDS_OF_LINES, FEW_KINDS_OF_LINES)
def test_tails_of_one_log_join_without_loss(
    head: list[str], shared: list[str], rest: list[str]
) -> None:
    before, after = head + shared, shared + rest
    known = overlap(before, after)
    assert known >= len(shared)
    assert before[len(before) - known :] == after[:known]


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        ([], [], 0),
        ([], ["a"], 0),
        (["a"], [], 0),
        (["a", "b"], ["a", "b"], 2),
        (["a", "b"], ["b", "c"], 1),
        (["a", "b"], ["c", "d"], 0),
        (["a", "b", "c"], ["a", "b"], 0),
        (["b", "c"], ["a", "b", "c"], 0),
        (["a"] * 5, ["a"] * 3, 3),
        (["a"] * 3, ["a"] * 5, 3),
    ],
)
def test_overlap(before: list[str], after: list[str], known: int) -> None:
    assert overlap(before, after) == known


def test_the_worst_case_of_a_naive_search_is_linear() -> None:
    size = 100_000
    assert overlap(["a"] * size, ["a"] * (size - 1) + ["b"]) == size - 1
    assert overlap(["b"] + ["a"] * size, ["a"] * size + ["b"]) == size
