"""A folder for what could not be sent, until the server answers again.

Each report is a file of its own, there at once and whole. Processes may share the folder: two
that send one report send it under one id, and the server takes it once.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from random import uniform
from typing import List, Optional, Tuple
from zlib import crc32

from .outgoing import Outgoing
from .scrub import scrub
from .settings import Settings

MOST_FILES = 50
MOST_BYTES = 10 * 1024 * 1024
LONGEST_JITTER = 2.0
UUID_CHARS = 36


class Spool:
    """The reports of one app that wait on the disk, oldest first. Raises OSError."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.spool_dir
        self._scrubs = settings.scrub
        app = f"{settings.endpoint} {settings.app_name}".encode()
        self._prefix = f"{crc32(app):08x}-"  # a report must not go out under another app's name

    def keep(self, outgoing: Outgoing) -> int:
        """Write a report down; return how many older ones had to go for it."""
        if outgoing.file is not None:
            return 0
        if self._scrubs:
            scrub(outgoing)
        os.makedirs(self._folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - no pathlib here
        name = f"{self._prefix}{time.time_ns():020d}-{os.getpid()}-{outgoing.report_id}.json"
        path = os.path.join(self._folder, name)  # noqa: PTH118
        with open(f"{path}.part", "xb", opener=_private) as file:
            file.write(outgoing.incident)
        os.replace(f"{path}.part", path)  # noqa: PTH105
        return self._trim()

    def oldest(self) -> Optional[Outgoing]:
        """Read the oldest report; it stays until `forget`."""
        for path, _ in self._files():
            outgoing = Outgoing(path[-len(".json") - UUID_CHARS : -len(".json")])
            outgoing.file = path
            with open(path, "rb") as file:  # noqa: PTH123
                outgoing.incident = file.read(MOST_BYTES)
            return outgoing
        return None

    def forget(self, outgoing: Outgoing) -> None:
        if outgoing.file is not None:
            with suppress(FileNotFoundError):  # another process sent it, too
                os.unlink(outgoing.file)  # noqa: PTH108

    def pause(self) -> float:
        """Choose when to begin: a server that is back must not meet everyone at once."""
        return uniform(0, LONGEST_JITTER)  # noqa: S311 - no secret

    def _trim(self) -> int:
        files = self._files()
        size = sum(length for _, length in files)
        gone = 0
        for path, length in files:
            if len(files) - gone <= MOST_FILES and size <= MOST_BYTES:
                break
            with suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
            gone += 1
            size -= length
        return gone

    def _files(self) -> List[Tuple[str, int]]:
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            return sorted(
                (entry.path, entry.stat().st_size)
                for entry in entries
                if entry.name.startswith(self._prefix) and entry.name.endswith(".json")
            )
        return []


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
