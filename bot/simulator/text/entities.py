"""The entities that a bot sends along: checked, kept in Telegram's order, capped."""

import re
from collections.abc import Callable
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.state import Json
from bot.simulator.text import links, utf16

MOST = 100  # TDLib MessageEntity.cpp MAX_USER_ENTITY_COUNT; the rest is lost silently
DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
PLAIN = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote"}
    | {"expandable_blockquote"}
)
# The server finds these itself and ignores them when a bot sends them.
DETECTED = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)
_VERBATIM = frozenset({"code", "pre"})

KnownUser = Callable[[int], Json | None]


def given(raw: Any, text: str, known_user: KnownUser) -> list[Json]:
    """Return the sent entities as they will be stored."""
    if not isinstance(raw, list):
        raise bad_request("can't parse entities JSON object")
    edges = utf16.edges(text)
    kept = [_entity(item, edges, known_user) for item in raw[:MOST]]
    return [entity for entity in kept if entity is not None]


def ordered(entities: list[Json]) -> list[Json]:
    """Sort as Telegram does and drop what stands inside code."""
    result: list[Json] = []
    verbatim_until = -1
    for entity in sorted(entities, key=lambda item: (item["offset"], -item["length"])):
        if entity["offset"] < verbatim_until:
            continue
        if entity["type"] in _VERBATIM:
            verbatim_until = entity["offset"] + entity["length"]
        result.append(entity)
    return result


def _entity(item: Any, edges: dict[int, int], known_user: KnownUser) -> Json | None:
    if not isinstance(item, dict) or "type" not in item:
        raise bad_request("can't parse MessageEntity: Can't find field \"type\"")
    offset, size = _whole(item, "offset"), _whole(item, "length")
    if item["type"] in DETECTED or size <= 0 or offset < 0:
        return None
    _check_span(offset, size, edges)
    details = _details(item, known_user)
    if details is None:
        return None
    return {"type": item["type"], "offset": offset, "length": size, **details}


def _details(item: Json, known_user: KnownUser) -> Json | None:
    """The fields that only this type has, or None where the entity vanishes."""
    match item["type"]:
        case "text_link":
            return {"url": _link(str(item.get("url", "")))}
        case "text_mention":
            user = known_user(_whole(item.get("user") or {}, "id"))
            return {"user": user} if user else None
        case "pre":
            return {"language": item["language"]} if item.get("language") else {}
        case "custom_emoji":
            return {"custom_emoji_id": str(item.get("custom_emoji_id", ""))}
        case "date_time":
            return date_time(item.get("unix_time"), item.get("date_time_format") or "")
        case kind if kind in PLAIN:
            return {}
    raise bad_request("can't parse MessageEntity: unsupported type specified")


def date_time(unix_time: Any, date_format: str) -> Json:
    if not isinstance(unix_time, int) or not DATE_FORMAT.fullmatch(date_format):
        raise bad_request("can't parse MessageEntity: invalid date-time specified")
    return {"unix_time": unix_time, "date_time_format": date_format}


def _link(url: str) -> str:
    # An explicit entity with a wrong address refuses the whole message; in HTML the link
    # is only dropped (TDLib MessageEntity.cpp get_message_entities and parse_html).
    try:
        return links.checked(url)
    except links.WrongLink as wrong:
        raise bad_request(f"entity URL '{url}' is invalid: {wrong}") from None


def _whole(item: Json, name: str) -> int:
    try:
        return int(item[name])
    except (KeyError, TypeError, ValueError):
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"") from None


def _check_span(offset: int, size: int, edges: dict[int, int]) -> None:
    last = max(edges)
    if offset not in edges and offset < last:
        raise bad_request(
            f"entity begins in a middle of a UTF-16 symbol at byte offset {edges[offset + 1]}"
        )
    if offset > last:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {last}")
    if offset + size > last:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
            f" at UTF-16 offset {last}"
        )
    if offset + size not in edges:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            f" at byte offset {edges[offset + size + 1]}"
        )
