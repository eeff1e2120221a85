"""The small JSON bodies of API calls."""

from typing import TypeVar

import msgspec
from aiohttp import web

from web.intake.body import decode, read_body
from web.keys import SETTINGS

MAX_BODY_BYTES = 64 * 1024

Shape = TypeVar("Shape")


async def body_of(request: web.Request, decoder: "msgspec.json.Decoder[Shape]") -> Shape:
    """Read a body into a shape, no body as an empty one. Raises TooLarge, InvalidInput."""
    bounded = request.clone(client_max_size=MAX_BODY_BYTES)
    settings = request.app[SETTINGS]
    body = await read_body(bounded, MAX_BODY_BYTES, settings.body_seconds)
    return decode(body or b"{}", decoder, settings.max_depth)
