"""The fingerprint of hostile text: a hundred kilobytes cost no more than a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reports import FINGERPRINT_CHARS, fingerprint_of

SIZE = 100_000
HOSTILE = [
    "a",
    "0",
    "'",
    '"',
    "`",
    "«",
    "“",
    "/",
    "~/",
    "0x",
    "a.",
    "a://",
    "f",
    "ff-",
    "0123abcd-0123-",
    "1.1-",
    "1:",
    "'a ",
    " 'a",
    "«'\"`",
    "x' ",
    "C:\\",
    "\n",
    " ",
    "\u0130",
    "\U0001f525",
    "Z1",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", ["", "!", "\n"])
def test_a_hostile_hundred_kilobytes_end(piece: str, end: str) -> None:
    text = piece * (SIZE // len(piece)) + end
    assert 0 < len(fingerprint_of(text, text)) <= FINGERPRINT_CHARS


@given(st.text(alphabet="af09'\"`«»“”/~:.-\\xZT \n", min_size=0, max_size=3000))
def test_any_mixture_of_the_marks_has_a_fingerprint(text: str) -> None:
    assert fingerprint_of(text, text) == fingerprint_of(text, text)


@given(st.text())
def test_any_text_has_a_short_fingerprint(text: str) -> None:
    assert 0 < len(fingerprint_of(text, text)) <= FINGERPRINT_CHARS


def test_what_stands_far_behind_is_not_read() -> None:
    text = "word " * SIZE
    assert fingerprint_of(text + "here", "") == fingerprint_of(text + "there", "")
    assert fingerprint_of("", text + "here") == fingerprint_of("", text + "there")


@pytest.mark.parametrize("length", [300, 380, 398, 399, 400, 401, 500])
def test_a_long_line_has_one_fingerprint_whatever_the_length_of_what_varies(length: int) -> None:
    rest = " and then " + "the bank did not answer " * 40
    short, long = ["order '" + "x" * n + "' is lost" + rest for n in (3, length)]
    assert fingerprint_of(short, "") == fingerprint_of(long, "")
