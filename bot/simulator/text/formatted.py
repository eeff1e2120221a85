"""From what a call says to a text with entities, or to Telegram's refusal."""

from typing import Any, NamedTuple

from bot.simulator.api.errors import bad_request
from bot.simulator.state import Json
from bot.simulator.text import detect, entities, html, markdown, utf16

LONGEST = 4096  # code points after parsing; Bot API, sendMessage
LONGEST_RAW = 32768  # bytes before parsing; Bot API server, get_formatted_text
_MARKUPS = {"html": html.parsed, "markdownv2": markdown.parsed}
_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\n\r"}


class Formatted(NamedTuple):
    text: str
    entities: list[Json]


def formatted(raw: str, mode: str, sent: Any, known_user: entities.KnownUser) -> Formatted:
    """Read a text, its parse mode and its entities; the length is for the caller to check."""
    _check_raw(raw)
    return _finished(*_read(raw, mode.lower(), sent, known_user))


def _check_raw(raw: str) -> None:
    try:
        octets = len(raw.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if octets > LONGEST_RAW:
        raise bad_request("text is too long")
    if not octets:
        raise bad_request("message text is empty")


def plain(text: str) -> Formatted:
    """Return what a person typed, with the links that Telegram finds in it."""
    return _finished(text, [])


def _read(
    raw: str, mode: str, sent: object, known_user: entities.KnownUser
) -> tuple[str, list[Json]]:
    text = raw.translate(_CONTROLS)
    if mode in _MARKUPS:
        return _MARKUPS[mode](text, known_user)
    if mode:
        raise bad_request("unsupported parse_mode")
    text = text.replace("\r", " ")
    return text, entities.given(sent or [], text, known_user)


def _finished(text: str, given: list[Json]) -> Formatted:
    trimmed, known = _trimmed(text, given)
    if not trimmed:
        raise bad_request("text must be non-empty")
    return Formatted(trimmed, entities.ordered(known + detect.found_in(trimmed, known)))


def _trimmed(text: str, given: list[Json]) -> tuple[str, list[Json]]:
    """Cut outer white space, at the front only as far as the first entity."""
    text = text.rstrip()
    first = min((entity["offset"] for entity in given), default=len(text))
    cut = min(len(text) - len(text.lstrip()), first)
    text, size = text[cut:], utf16.length(text[cut:])
    moved = [_moved(entity, cut, size) for entity in given]
    return text, [entity for entity in moved if entity["length"] > 0]


def _moved(entity: Json, cut: int, size: int) -> Json:
    offset = entity["offset"] - cut
    return {**entity, "offset": offset, "length": min(entity["length"], size - offset)}
