"""Style sheet and script: read once, and kept by browsers until their content changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; the version is part of its address."""

    body: bytes
    content_type: str
    version: str


STATIC_FILES = web.AppKey[Mapping[str, StaticFile]]("STATIC_FILES")


def read_static_files() -> dict[str, StaticFile]:
    return {path.name: _read(path) for path in FOLDER.iterdir()}


def static_url(files: Mapping[str, StaticFile], name: str) -> str:
    return f"/static/{name}?v={files[name].version}"


async def static_file(request: web.Request) -> web.Response:
    """GET /static/{name}"""
    file = request.app[STATIC_FILES].get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    current = request.query.get("v") == file.version
    lasting = "public, max-age=31536000, immutable" if current else "no-cache"
    headers = {"Cache-Control": lasting, "X-Content-Type-Options": "nosniff"}
    return web.Response(
        body=file.body, content_type=file.content_type, charset="utf-8", headers=headers
    )


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    content_type = guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(body, content_type, sha256(body).hexdigest()[:12])
