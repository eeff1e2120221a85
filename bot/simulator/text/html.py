"""Telegram's HTML: its own list of tags, its own errors, nothing of a browser's leniency."""

import html
import re
from dataclasses import dataclass, field

from bot.simulator.api.errors import bad_request
from bot.simulator.state import Json
from bot.simulator.text.entities import KnownUser, date_time
from bot.simulator.text.reader import Reader

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset({*_STYLES, "a", "pre", "blockquote", "tg-emoji", "tg-time"})
_START = re.compile(r"<([^\s>]*)(?=[\s>])")
_ATTRIBUTES = re.compile(r"""((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_END = re.compile(r"</(?P<name>[^\s>]*)\s*>")
_ATTRIBUTE = re.compile(
    r"""([a-z-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


@dataclass(slots=True)
class _Tag:
    name: str
    attributes: dict[str, str]
    offset: int
    text_from: int


@dataclass(slots=True)
class _Html(Reader):
    open: list[_Tag] = field(default_factory=list)


def parsed(source: str, known_user: KnownUser) -> tuple[str, list[Json]]:
    """Return the plain text and its entities."""
    reader = _Html(source, known_user)
    while reader.at < len(source):
        _read_next(reader)
    if reader.open:
        name = reader.open[-1].name
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\""
        )
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return reader.text, reader.entities


def _read_next(reader: _Html) -> None:
    if reader.source.startswith("</", reader.at):
        _end(reader)
    elif reader.source[reader.at] == "<":
        _start(reader)
    elif found := _REFERENCE.match(reader.source, reader.at):
        reader.write(html.unescape(found[0]), found.end())
    else:
        reader.write(reader.source[reader.at], reader.at + 1)


def _start(reader: _Html) -> None:
    found = _START.match(reader.source, reader.at)
    if found is None:
        raise reader.wrong("Unclosed start tag")
    name = found[1].lower()
    if name not in _TAGS:
        raise reader.wrong(f'Unsupported start tag "{name}"')
    rest = _ATTRIBUTES.match(reader.source, found.end())
    if rest is None:
        raise reader.wrong("Unclosed start tag")
    attributes = _attributes(rest[1])
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise reader.wrong('Tag "span" must have class "tg-spoiler"')
    reader.open.append(_Tag(name, attributes, reader.units, len(reader.text)))
    reader.at = rest.end()


def _attributes(source: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(source)
    }


def _end(reader: _Html) -> None:
    found = _END.match(reader.source, reader.at)
    if found is None:
        raise reader.wrong("Unclosed end tag")
    if not reader.open:
        raise reader.wrong("Unexpected end tag")
    tag, name = reader.open.pop(), found["name"].lower()
    if name not in {tag.name, ""}:
        raise reader.wrong("Unmatched end tag", f', expected "</{tag.name}>", found "</{name}>"')
    reader.add(tag.offset, _details(reader, tag))
    reader.at = found.end()


def _details(reader: _Html, tag: _Tag) -> Json | None:
    attributes = tag.attributes
    match tag.name:
        case "a":
            return reader.link(attributes.get("href") or reader.text[tag.text_from :])
        case "pre":
            return _pre(reader, tag)
        case "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        case "tg-time":
            unix = attributes.get("unix", "")
            moment = int(unix) if unix.lstrip("-").isdecimal() else None
            return {"type": "date_time", **date_time(moment, attributes.get("format", ""))}
    return _styled(tag)


def _styled(tag: _Tag) -> Json:
    if tag.name == "blockquote":
        expandable = "expandable" in tag.attributes
        return {"type": "expandable_blockquote" if expandable else "blockquote"}
    kind = tag.attributes.get("class", "")
    if tag.name == "code" and kind.startswith("language-"):
        return {"type": "code", "language": kind.removeprefix("language-")}
    return {"type": _STYLES[tag.name]}


def _pre(reader: _Html, tag: _Tag) -> Json:
    """`<pre><code class="language-x">` is one block that knows its language."""
    inner = reader.entities[-1] if reader.entities else {}
    whole = (inner.get("offset"), inner.get("length")) == (tag.offset, reader.units - tag.offset)
    if not (whole and "language" in inner):
        return {"type": "pre"}
    reader.entities.pop()
    return {"type": "pre", "language": inner["language"]}
