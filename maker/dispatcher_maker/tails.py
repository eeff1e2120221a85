"""The last lines of log files, read in blocks from the end.

The size of a file does not matter, and no file can make this raise, wait or read a device:
what cannot be read becomes a note.
"""

from __future__ import annotations

import os
import stat
from typing import Iterable, List, NamedTuple, Optional, Tuple, TypedDict, Union

AnyPath = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

BLOCK_BYTES = 16 * 1024
FILE_BYTES = 256 * 1024
LINE_CHARS = 4096
MOST_FILES = 50
SOURCE_CHARS = 500

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class LogFile(NamedTuple):
    """A file to read, under the name the report gives it; `data` if that is known already."""

    source: str
    path: str
    data: Optional[bytes] = None


class _Lines(TypedDict):
    source: str
    lines: List[str]
    truncated: bool


class LogPart(_Lines, total=False):
    """The lines of one source; `truncated` if some of those wanted were left out or cut."""

    note: str


def log_files_of(paths: Union[AnyPath, Iterable[Union[AnyPath, LogFile]]]) -> List[LogFile]:
    """Name the files of a list of paths (or of one path), safe from a later chdir."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = [paths]
    return [path if isinstance(path, LogFile) else _named(os.fsdecode(path)) for path in paths]


def tails_of(files: List[LogFile], lines: int) -> List[LogPart]:
    """Read the last lines of each file; of more than 50 files, the first 50."""
    if lines <= 0:
        return []
    return [_tail_of(file, lines) for file in files[:MOST_FILES]]


def _named(path: str) -> LogFile:
    return LogFile(path[-SOURCE_CHARS:], os.path.abspath(path))  # noqa: PTH100 - importing pathlib costs half of the import budget


def _tail_of(file: LogFile, lines: int) -> LogPart:
    try:
        data, from_start = _end_of(file, lines, FILE_BYTES)
    except (OSError, ValueError) as error:
        note = _note_of(error)
        return {"source": file.source, "lines": [], "truncated": False, "note": note}
    found = _lines_of(data, from_start)
    if from_start and len(found) < lines and file.data is None:
        earlier, from_start = _rotated(file, lines - len(found), FILE_BYTES - len(data))
        found = earlier + found
    cut = [line[:LINE_CHARS] for line in found[-lines:]]
    too_few = not from_start and len(cut) < lines
    return {
        "source": file.source,
        "lines": cut,
        "truncated": too_few or any(len(line) > LINE_CHARS for line in found[-lines:]),
    }


def _rotated(file: LogFile, lines: int, room: int) -> Tuple[List[str], bool]:
    """Read on in the file before this one, if there is any: a new log has no past."""
    try:
        data, from_start = _end_of(LogFile(file.source, f"{file.path}.1"), lines, room)
    except (OSError, ValueError):
        return [], True
    return _lines_of(data, from_start), from_start


def _end_of(file: LogFile, lines: int, room: int) -> Tuple[bytes, bool]:
    """Read the end of a file that holds so many lines, and say whether that is all of it."""
    if file.data is not None:
        return file.data[-room:], len(file.data) <= room
    _refuse_special(os.stat(file.path).st_mode)  # noqa: PTH116 - opening a FIFO would wake its writer
    descriptor = os.open(file.path, _FLAGS)
    try:
        found = os.fstat(descriptor)
        _refuse_special(found.st_mode)
        return _blocks_from_end(descriptor, found.st_size, lines, room)
    finally:
        os.close(descriptor)


def _blocks_from_end(descriptor: int, size: int, lines: int, room: int) -> Tuple[bytes, bool]:
    blocks: List[bytes] = []
    position, breaks = size, 0
    while position > 0 and breaks <= lines and size - position < room:
        length = min(BLOCK_BYTES, position)
        position -= length
        os.lseek(descriptor, position, os.SEEK_SET)
        blocks.append(os.read(descriptor, length))
        breaks += blocks[-1].count(b"\n")
    return b"".join(reversed(blocks)), position == 0


def _lines_of(data: bytes, from_start: bool) -> List[str]:
    text = data.replace(b"\0", b"").decode("utf-8", "replace").replace("\r\n", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    if not from_start and len(lines) > 1:
        del lines[0]  # it began before what was read
    return lines


def _refuse_special(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise ValueError("not a regular file")


def _note_of(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "file not found"
    if isinstance(error, OSError):
        return (error.strerror or "cannot be read").lower()
    return str(error)
