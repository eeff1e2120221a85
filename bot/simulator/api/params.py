"""The parameters of one call, whichever way they came; remembers which were looked at."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.api.errors import ApiError, bad_request
from bot.simulator.files import Upload
from bot.simulator.state import Json

_TRUE = frozenset({"true", "yes", "1"})


class Params:
    """Strings from a form, or typed values from JSON: a method does not see the difference."""

    def __init__(self, values: Json, files: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.files = files or {}
        self._seen: set[str] = set()

    def get(self, name: str) -> Any:
        self._seen.add(name)
        return self.values.get(name)

    def text(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in _TRUE

    def parsed(self, name: str) -> Any:
        """A list or object, which a form carries as a JSON string."""
        value = self.get(name)
        if not value or not isinstance(value, str):
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            label = name.replace("_", " ")
            raise bad_request(f"can't parse {label} JSON object") from None

    def unseen(self) -> list[str]:
        """Parameters that no rule looked at: misspelled, or not simulated."""
        return sorted(self.values.keys() - self._seen)


async def params_of(request: web.Request, most: int) -> Params:
    """Read the whole call; a file of more bytes than that is refused."""
    files: dict[str, Upload] = {}
    return Params({**request.query, **await _body(request, files, most)}, files)


async def _body(request: web.Request, files: dict[str, Upload], most: int) -> Json:
    if request.content_type == "application/json":
        return await _json(request)
    if request.content_type == "multipart/form-data":
        return await _multipart(request, files, most)
    return dict(await request.post())


async def _json(request: web.Request) -> Json:
    try:
        values = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("can't parse JSON object")
    return values


async def _multipart(request: web.Request, files: dict[str, Upload], most: int) -> Json:
    """Return the fields, and collect the files beside them."""
    values: Json = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = await _content(part, most)
        if part.filename:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(part.filename, kind.partition(";")[0], content)
        else:
            values[part.name] = content.decode(errors="surrogateescape")
    return values


async def _content(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > most:
            raise ApiError(413, "Request Entity Too Large")
    return bytes(content)
