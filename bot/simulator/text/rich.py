"""A rich message as plain lines: enough to read it and to wait for its words."""

from html.parser import HTMLParser
from typing import Any

from bot.simulator.state import Json

LONGEST = 32768  # TDLib OptionManager.cpp, rich_message_text_length_max
_LINES = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "pre", "blockquote", "br", "hr"}
    | {"summary", "details", "table", "ul", "ol", "footer", "caption"}
)
_CELLS = frozenset({"td", "th"})


def plain(rich: Json) -> str:
    """The words of `html`, `markdown` or `blocks`, one block a line."""
    if html := rich.get("html"):
        return _from_html(str(html))
    if markdown := rich.get("markdown"):
        return str(markdown).strip()
    return "\n".join(line for block in rich.get("blocks") or [] for line in _lines(block))


def _from_html(source: str) -> str:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    lines = ("".join(reader.pieces)).splitlines()
    return "\n".join(line for line in (line.strip(" |") for line in lines) if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" | ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _lines(block: Any) -> list[str]:
    """The lines of one block: its own words, its cells as one line a row, then what is in it."""
    if not isinstance(block, dict):
        return []
    rows = [" | ".join(_words(cell) for cell in row) for row in block.get("cells") or []]
    own = [_words(block[name]) for name in ("summary", "text") if block.get(name)]
    inner = [*(block.get("items") or []), *(block.get("blocks") or [])]
    return [*own, *rows, *(line for item in inner for line in _lines(item))]


def _words(text: Any) -> str:
    if isinstance(text, list):
        return "".join(map(_words, text))
    if isinstance(text, dict):
        return _words(text.get("text", ""))
    return str(text)
