"""Files that bots and people sent: kept up to a bound, found by an id that only one bot knows."""

import secrets
import struct
from typing import NamedTuple

from bot.simulator.state import File, Json
from bot.simulator.world import World

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Upload(NamedTuple):
    """A file as it comes in."""

    name: str
    mime_type: str
    content: bytes


A_PERSONS = 0  # whose file every bot of the chat knows by one id


def keep(world: World, bot_id: int, folder: str, upload: Upload) -> File:
    """Remember a file; the oldest are forgotten when there is too much of them."""
    files = world.state.files
    number = secrets.token_urlsafe(24)
    path = f"{folder}/file_{world.state.files_kept}{_ending(upload.name)}"
    world.state.files_kept += 1
    files[number] = File(
        number,
        secrets.token_urlsafe(9),
        bot_id,
        path,
        upload.name,
        upload.mime_type,
        upload.content,
    )
    while sum(len(file.content) for file in files.values()) > world.settings.file_bytes_kept:
        del files[next(iter(files))]
    return files[number]


def file_object(file: File) -> Json:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}


def document_object(file: File) -> Json:
    return {**file_object(file), "file_name": file.name, "mime_type": file.mime_type}


def photo_object(file: File, size: tuple[int, int]) -> list[Json]:
    return [{**file_object(file), "width": size[0], "height": size[1]}]


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and ending.isalnum() else ""


def size_of_picture(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or a JPEG; None if it is neither."""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return _size_of_jpeg(content) if content.startswith(_JPEG) else None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Go from marker to marker until a frame says its size."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
