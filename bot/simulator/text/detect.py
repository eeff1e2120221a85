"""What Telegram makes clickable by itself: addresses, mentions, commands, hashtags."""

import re
from collections.abc import Iterator

from bot.simulator.state import Json
from bot.simulator.text import utf16

# Domains that TDLib links without "https://" in front; file names that end like one
# (app.py, deploy.sh) are linked too, as in the real Telegram.
_BARE = frozenset(
    {"com", "org", "net", "io", "dev", "app", "ai", "info", "biz", "me", "co", "xyz", "cloud"}
    | {"de", "fr", "nl", "eu", "uk", "us", "pl", "it", "in", "tv", "ru", "ua", "by", "kz", "рф"}
    | {"py", "sh", "rs", "md", "is", "to", "gg", "site", "online"}
)
_PATTERNS = {
    "url": re.compile(
        r"(?<![\w@./$#-])(?P<scheme>(?:https?|ftp)://)?"
        r"(?:(?:[\w-]+\.)+(?P<top>[^\W\d_]{2,})|\d{1,3}(?:\.\d{1,3}){3})"
        r"(?::\d{1,5})?(?:[/?#][^\s<>\"«»]*)?",
        re.IGNORECASE,
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z]\w{2,31}(?!\w)", re.ASCII),
    "bot_command": re.compile(
        r"(?<![\w/<>])/[a-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])", re.IGNORECASE
    ),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}(?![\w#])"),
}
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})


def found_in(text: str, given: list[Json]) -> list[Json]:
    """Entities that the server adds; what already means something else is left alone."""
    taken = [_span(entity) for entity in given if entity["type"] in _OPAQUE]
    entities: list[Json] = []
    for kind, start, end in _matches(text):
        offset = utf16.length(text[:start])
        span = (offset, offset + utf16.length(text[start:end]))
        if not any(span[0] < until and begin < span[1] for begin, until in taken):
            taken.append(span)
            entities.append({"type": kind, "offset": offset, "length": span[1] - offset})
    return entities


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            if kind != "url" or _is_linked(match):
                yield kind, match.start(), match.start() + len(match[0].rstrip(".,:;!?'\")("))


def _is_linked(match: re.Match[str]) -> bool:
    top = match["top"]
    return bool(match["scheme"]) or top is None or top.lower() in _BARE


def _span(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
