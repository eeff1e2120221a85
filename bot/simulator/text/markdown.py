"""MarkdownV2: every reserved character is markup or escaped, else the message is refused."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.simulator.api.errors import bad_request
from bot.simulator.state import Json
from bot.simulator.text.entities import KnownUser, date_time
from bot.simulator.text.reader import Reader

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_MARKS = {  # longer ones first: "__" is always underline, never two italics
    "```": ("pre", "Pre"),
    "||": ("spoiler", "Spoiler"),
    "__": ("underline", "Underline"),
    "`": ("code", "Code"),
    "*": ("bold", "Bold"),
    "_": ("italic", "Italic"),
    "~": ("strikethrough", "Strikethrough"),
}
_NAMES = {"[": "TextUrl", "![": "CustomEmoji"} | {mark: name for mark, (_, name) in _MARKS.items()}


@dataclass(slots=True)
class _Open:
    mark: str
    offset: int
    at: int
    text_from: int
    language: str = ""


@dataclass(slots=True)
class _Markdown(Reader):
    open: list[_Open] = field(default_factory=list)
    quote_from: int | None = None

    @property
    def top(self) -> str:
        return self.open[-1].mark if self.open else ""

    @property
    def at_line_start(self) -> bool:
        return self.at == 0 or self.source[self.at - 1] == "\n"

    def sees(self, piece: str) -> bool:
        return self.source.startswith(piece, self.at)


def parsed(source: str, known_user: KnownUser) -> tuple[str, list[Json]]:
    """Return the plain text and its entities."""
    reader = _Markdown(source, known_user)
    while reader.at < len(source):
        _read_next(reader)
    if reader.open:
        name = _NAMES[reader.top]
        raise reader.wrong(f"Can't find end of {name} entity", at=reader.open[-1].at)
    _end_quote(reader)
    return reader.text, reader.entities


def _read_next(reader: _Markdown) -> None:
    if reader.sees("\\") and reader.at + 1 < len(reader.source):
        reader.write(reader.source[reader.at + 1], reader.at + 2)
    elif reader.top in {"`", "```"}:
        _read_verbatim(reader)
    elif reader.at_line_start and _quoted_line(reader):
        pass
    elif not (_ends_expandable(reader) or _marked(reader) or _linked(reader)):
        _plain(reader)


def _plain(reader: _Markdown) -> None:
    char = reader.source[reader.at]
    if char in _RESERVED:
        raise bad_request(
            f"can't parse entities: Character '{char}' is reserved and must be escaped"
            " with the preceding '\\'"
        )
    reader.write(char, reader.at + 1)


def _read_verbatim(reader: _Markdown) -> None:
    if reader.sees(reader.top):
        _close(reader, reader.top)
    else:
        reader.write(reader.source[reader.at], reader.at + 1)


def _quoted_line(reader: _Markdown) -> bool:
    """Take the ">" of a quoted line; a line without it ends the quote."""
    if reader.sees("**>"):
        _end_quote(reader)
        reader.at += 2
    if not reader.sees(">"):
        _end_quote(reader)
        return False
    if reader.quote_from is None:
        reader.quote_from = reader.units
    reader.at += 1
    return True


def _end_quote(reader: _Markdown, kind: str = "blockquote") -> None:
    if reader.quote_from is not None:
        reader.add(reader.quote_from, {"type": kind})
        reader.quote_from = None


def _ends_expandable(reader: _Markdown) -> bool:
    """A "||" at the end of a quote's last line folds the quote."""
    after = reader.source[reader.at + 2 : reader.at + 3]
    if reader.quote_from is None or reader.top == "||" or not reader.sees("||"):
        return False
    if after not in {"", "\n"}:
        return False
    _end_quote(reader, "expandable_blockquote")
    reader.at += 2
    return True


def _marked(reader: _Markdown) -> bool:
    mark = next((mark for mark in _MARKS if reader.sees(mark)), None)
    if mark is None:
        return False
    if reader.top == mark:
        _close(reader, mark)
    else:
        _begin(reader, mark)
        if mark == "```":
            _read_language(reader)
    return True


def _begin(reader: _Markdown, mark: str) -> None:
    reader.open.append(_Open(mark, reader.units, reader.at, len(reader.text)))
    reader.at += len(mark)


def _close(reader: _Markdown, mark: str) -> None:
    began = reader.open.pop()
    details: Json = {"type": _MARKS[mark][0]}
    if began.language:
        details["language"] = began.language
    reader.add(began.offset, details)
    reader.at += len(mark)


def _read_language(reader: _Markdown) -> None:
    first, line_end, _ = reader.source[reader.at :].partition("\n")
    if line_end and not any(char.isspace() or char == "`" for char in first):
        reader.open[-1].language = first
        reader.at += len(first) + 1


def _linked(reader: _Markdown) -> bool:
    if reader.sees("![") or reader.sees("["):
        _begin(reader, "![" if reader.sees("![") else "[")
        return True
    if reader.top not in {"[", "!["} or not reader.sees("]"):
        return False
    began = reader.open.pop()
    reader.at += 1
    url = _read_address(reader) or reader.text[began.text_from :]
    reader.add(began.offset, _emoji(url) if began.mark == "![" else reader.link(url))
    return True


def _read_address(reader: _Markdown) -> str:
    if not reader.sees("("):
        return ""
    end = reader.source.find(")", reader.at)
    if end < 0:
        raise reader.wrong("Can't find end of a URL")
    url = reader.source[reader.at + 1 : end].replace("\\", "")
    reader.at = end + 1
    return url


def _emoji(url: str) -> Json:
    """`![x](tg://emoji?id=1)` and `![x](tg://time?unix=1&format=t)`."""
    address = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    if (address.scheme, address.netloc) == ("tg", "emoji"):
        return {"type": "custom_emoji", "custom_emoji_id": query.get("id", "")}
    if (address.scheme, address.netloc) == ("tg", "time"):
        unix = query.get("unix", "")
        moment = int(unix) if unix.lstrip("-").isdecimal() else None
        return {"type": "date_time", **date_time(moment, query.get("format", ""))}
    raise bad_request("can't parse entities: Custom emoji URL must have scheme tg")
