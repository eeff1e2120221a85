"""How log lines are prepared for a page."""

import pytest

from core.logs import Tail
from web.ansi import coloured
from web.log_view import LINE_CHARS, MAX_CHARS, MAX_LINES, anchors_of, fair_shares, log_views


def tail(*lines: str, source: str = "app.log") -> Tail:
    return Tail(1, source, lines, truncated=False, note="")


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("plain <b>", "plain &lt;b&gt;"),
        ("\x1b[31mred\x1b[0m no", '<span class="c1">red</span> no'),
        (
            "\x1b[1;92mgood\x1b[39mbold",
            '<span class="bold c2">good</span><span class="bold">bold</span>',
        ),
        ("\x1b[31m\x1b[32mx\x1b[m", '<span class="c2">x</span>'),
        ("\x1b[38;5;31mx", "x"),
        ("\x1b[31m<script>", '<span class="c1">&lt;script&gt;</span>'),
        ("\x1b]0;title\x07x\x1b[2K\x1b[Hy\x1b(Bz", "xyBz"),
        ("bell\x07 back\x08 nul\x00 tab\t.", "bell back nul tab\t."),
        ("\x1b", ""),
        ("\x1b[", ""),
        ("", ""),
    ],
)
def test_colours_become_classes_and_other_codes_go(line: str, html: str) -> None:
    assert coloured(line) == html


@pytest.mark.parametrize(
    ("sizes", "total", "shares"),
    [([], 10, []), ([3, 4], 10, [3, 4]), ([30, 4], 10, [6, 4]), ([30, 40, 1], 11, [5, 5, 1])],
)
def test_the_small_get_all_and_the_large_share_the_rest(
    sizes: list[int], total: int, shares: list[int]
) -> None:
    assert fair_shares(sizes, total) == shares


def test_anchors_are_safe_and_unlike_each_other() -> None:
    sources = ["app.log", "/var/log/my app.log", "", "ж", "a b", "a-b", "a/b"]
    anchors = anchors_of(sources)
    assert anchors[:2] == ["app.log", "var-log-my-app.log"]
    assert len(set(anchors)) == len(sources)
    assert all(anchor.isascii() and " " not in anchor for anchor in anchors)


def test_a_long_log_shows_its_end_with_the_numbers_it_has() -> None:
    [view] = log_views([tail(*map(str, range(1, MAX_LINES + 11)))])
    assert view.hidden == 10
    assert view.lines[0] == (11, "11")
    assert view.lines[-1] == (MAX_LINES + 10, str(MAX_LINES + 10))


def test_a_large_log_is_cut_by_size_too() -> None:
    [view] = log_views([tail(*["x" * 5000] * 200)])
    assert len(view.lines) == MAX_CHARS // 5000
    assert view.hidden == 200 - len(view.lines)


def test_one_giant_line_is_cut_and_the_rest_is_shown() -> None:
    [view] = log_views([tail("a", "x" * 900_000, "b")])
    assert [number for number, _ in view.lines] == [1, 2, 3]
    assert len(view.lines[1][1]) == LINE_CHARS + 2


def test_a_short_log_is_not_cut_because_of_a_long_one() -> None:
    short, long = log_views([tail("a", source="b.log"), tail(*["x"] * 5000)])
    assert (short.hidden, len(short.lines)) == (0, 1)
    assert len(long.lines) == MAX_LINES - 1


def test_an_empty_log_has_no_lines() -> None:
    [view] = log_views([tail()])
    assert (list(view.lines), view.hidden) == ([], 0)
