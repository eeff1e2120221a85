"""Bodies as senders really send them: decoded quickly when they are right, leniently when not."""

import asyncio
import json
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from core.errors import InvalidReport, TooLarge

MAX_DEPTH = 50  # where nobody says otherwise

Shape = TypeVar("Shape")


async def read_body(request: web.Request, limit: int, seconds: int) -> bytes:
    """Read a body of at most `limit` bytes, counted after gzip or deflate, that arrives in time.

    Raises TooLarge, InvalidReport.
    """
    try:
        return await _whole_body(request, limit, seconds)
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge("body", f"larger than {limit} bytes") from None
    except TimeoutError:
        raise InvalidReport("body", f"did not arrive within {seconds} seconds") from None
    except (ContentEncodingError, web.RequestPayloadError):
        raise InvalidReport("body", "not what its Content-Encoding says") from None


async def read_start(request: web.Request, size: int, seconds: int) -> bytes:
    """Read the first `size` bytes of a body, or what came of them in time. Raises InvalidReport."""
    start = b""
    try:
        async with asyncio.timeout(seconds):
            while len(start) < size and (piece := await request.content.read(size - len(start))):
                start += piece
    except TimeoutError:
        pass  # what it says stands in the address already
    except (ContentEncodingError, web.RequestPayloadError):
        raise InvalidReport("body", "not what its Content-Encoding says") from None
    return start


def decode(body: bytes, decoder: "msgspec.json.Decoder[Shape]", max_depth: int) -> Shape:
    """Decode JSON into a shape. Raises InvalidReport naming the field.

    Bytes that are no UTF-8, NUL characters and halves of surrogate pairs are no reason to lose a
    report: such characters become U+FFFD.
    """
    if not _names_nul(body):
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            raise _invalid(error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    return _leniently(body, decoder, max_depth)


def any_json(body: bytes, *, field: str = "body", max_depth: int = MAX_DEPTH) -> Any:
    """Read JSON of any shape, as leniently as `decode`. Raises InvalidReport."""
    try:
        value = msgspec.json.decode(body)
        odd = _names_nul(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value, odd = _loaded(body, field), True
    if is_deeper(value, max_depth):
        raise InvalidReport(field, f"nested more than {max_depth} levels deep")
    return clean(value) if odd else value


def is_deeper(value: Any, limit: int) -> bool:
    """Say whether lists and maps are nested more than `limit` levels deep."""
    waiting = [(value, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if isinstance(inner, dict | list):
            if depth > limit:
                return True
            children = inner.values() if isinstance(inner, dict) else inner
            waiting.extend((child, depth + 1) for child in children)
    return False


async def _whole_body(request: web.Request, limit: int, seconds: int) -> bytes:
    if not request.content.is_eof():
        async with asyncio.timeout(seconds):
            return await request.read()
    # All of it is here already, as it mostly is: no need to ask for one piece after another.
    body = request.content.read_nowait()
    if len(body) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(body))
    return body


def _names_nul(body: bytes) -> bool:
    # Looking for one character first is much quicker, and most bodies have no backslash at all.
    return b"\\" in body and b"\\u0000" in body


def _leniently(body: bytes, decoder: "msgspec.json.Decoder[Shape]", max_depth: int) -> Shape:
    value = _loaded(body, "body")
    if is_deeper(value, max_depth):
        raise InvalidReport("body", "nested too deeply")
    try:
        return msgspec.convert(clean(value), decoder.type)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None


def _loaded(body: bytes, field: str) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except RecursionError:
        raise InvalidReport(field, "nested too deeply") from None
    except ValueError as error:
        raise InvalidReport(field, f"not JSON: {error}") from None


def clean(value: Any) -> Any:
    """Replace NUL characters and lone surrogates, which no database takes, by U+FFFD."""
    if isinstance(value, str):
        paired = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return paired.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [clean(inner) for inner in value]
    return value


def _invalid(error: msgspec.ValidationError) -> InvalidReport:
    reason, _, path = str(error).partition(" - at `")
    field = path.rstrip("`").removeprefix("$").lstrip(".") or "body"
    if "missing required field" in reason:
        name = reason.rpartition("required field `")[2].rstrip("`")
        return InvalidReport(name if field == "body" else f"{field}.{name}", "required")
    return InvalidReport(field.replace("[...]", "[]"), reason.replace("`", "'"))
