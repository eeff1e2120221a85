"""Terminal colours in log lines: classes for the style sheet. Other control codes are dropped."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_CODES = re.compile(
    r"""
      \x1b\[ ([0-9;]*) m                  # select graphic rendition: the only kind that is kept
    | \x1b\[ [0-?]* [ -/]* [@-~]          # other control sequences (ECMA-48, 5.4)
    | \x1b\] [^\x07\x1b]* (?:\x07|\x1b\\) # operating system commands: titles, links
    | \x1b .?
    | [\x00-\x08\x0b-\x1f\x7f]
    """,
    re.VERBOSE,
)
_COLOURS = {str(30 + n): f"c{n}" for n in range(8)} | {str(90 + n): f"c{n}" for n in range(8)}
_STYLES = {"1": "bold", "2": "dim", "3": "italic", "4": "underline"}


def coloured(line: str) -> Markup:
    """Write a line as HTML with its colours."""
    return Markup().join(_spans(line))


def _spans(line: str) -> Iterator[Markup]:
    start, classes = 0, frozenset[str]()
    for code in _CODES.finditer(line):
        yield _span(line[start : code.start()], classes)
        start = code.end()
        if code[1] is not None:
            classes = _after(classes, code[1])
    yield _span(line[start:], classes)


def _span(text: str, classes: frozenset[str]) -> Markup:
    if not text or not classes:
        return escape(text)
    return Markup('<span class="{}">{}</span>').format(" ".join(sorted(classes)), text)


def _after(classes: frozenset[str], parameters: str) -> frozenset[str]:
    """Apply one code's parameters; colours beyond the sixteen named ones are left out."""
    for parameter in parameters.split(";"):
        if parameter in {"38", "48"}:
            break
        if parameter in {"", "0"}:
            classes = frozenset()
        elif parameter in _STYLES:
            classes |= {_STYLES[parameter]}
        elif parameter in _COLOURS or parameter == "39":
            classes = classes - set(_COLOURS.values()) | {*filter(None, [_COLOURS.get(parameter)])}
    return classes
