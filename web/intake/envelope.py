"""Sentry's envelopes: a header line, then items of a header line and a payload each.

https://develop.sentry.dev/sdk/foundations/transport/envelopes/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidReport
from web.intake.body import any_json

MAX_ITEMS = 100
MAX_HEADER_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Item:
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    header: dict[str, Any]
    items: tuple[Item, ...]


def envelope_of(body: bytes) -> Envelope:
    """Take an envelope apart. Raises InvalidReport."""
    line, at = _line(body, 0)
    header = _header(line) if line.strip() else {}
    items = tuple(_items(body, at))
    if len(items) > MAX_ITEMS:
        raise InvalidReport("envelope", f"more than {MAX_ITEMS} items")
    return Envelope(header, items)


def _items(body: bytes, at: int) -> Iterator[Item]:
    while at < len(body):
        line, at = _line(body, at)
        if not line.strip():
            continue
        header = _header(line)
        payload, at = _payload(body, at, header.get("length"))
        yield Item(str(header.get("type", "")), payload)


def _payload(body: bytes, at: int, length: Any) -> tuple[bytes, int]:
    """Read so many bytes and the line end behind them; without a length, a line."""
    if length is None:
        return _line(body, at)
    if not isinstance(length, int) or length < 0 or at + length > len(body):
        raise InvalidReport("envelope", "an item is longer than the body")
    end = at + length
    if body[end : end + 1] not in {b"", b"\n"}:
        raise InvalidReport("envelope", "an item does not end where its header says")
    return body[at:end], end + 1


def _line(body: bytes, at: int) -> tuple[bytes, int]:
    end = body.find(b"\n", at)
    return (body[at:], len(body)) if end < 0 else (body[at:end], end + 1)


def _header(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_HEADER_BYTES:
        raise InvalidReport("envelope", f"a header is longer than {MAX_HEADER_BYTES} bytes")
    header = any_json(line, field="envelope")
    if not isinstance(header, dict):
        raise InvalidReport("envelope", "a header is not a JSON object")
    return header
