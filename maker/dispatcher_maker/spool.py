"""A folder for what could not be sent, until the server answers again.

Each report is a file of its own, there at once and whole. Processes may share the folder: two
that send one report send it under one id, and the server takes it once.
"""

from __future__ import annotations

import os
from contextlib import suppress
from random import uniform
from time import monotonic, time_ns
from typing import List, Optional, Tuple
from zlib import crc32

from .diagnostics import warn
from .outgoing import Lost, Outgoing
from .scrub import scrub
from .settings import Settings

KEPT = ("gave_up", "closed")
MOST_FILES = 50
MOST_BYTES = 10 * 1024 * 1024
LONGEST_JITTER = 2.0
UUID_CHARS = 36


class Spool:
    """The reports of one app that wait on the disk, oldest first.

    `replay_at` (monotonic) says when the next may be sent: only once the server takes any.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.spool_dir
        self._scrubs = settings.scrub
        self.replay_at: Optional[float] = None
        app = f"{settings.endpoint} {settings.app_name}".encode()
        self._prefix = f"{crc32(app):08x}-"  # a report must not go out under another app's name

    def keep(self, outgoing: Outgoing, lost: Lost) -> Optional[int]:
        """Write a lost report down; return how many older ones had to go, or None if it is lost.

        Who waits for the outcome is told it instead.
        """
        if lost.kind not in KEPT or outgoing.on_done is not None or outgoing.check is not None:
            return None
        try:
            return self._write(outgoing) if outgoing.file is None else 0
        except OSError as error:
            warn("spool", "nothing can be kept in the spool: %s", error)
            return None

    def settle(self, outgoing: Outgoing, *, sent: bool) -> None:
        """Forget a report that is sent or refused; one that is sent lets the next follow."""
        if outgoing.file is not None and not _is_removed(outgoing.file):
            warn(
                "spool", "a file of the spool cannot be deleted, the others wait: %s", outgoing.file
            )
        elif sent:
            self.replay_at = monotonic() + (0 if outgoing.file else _jitter())

    def next(self, *, at_once: bool) -> Optional[Outgoing]:
        """Read the oldest report, if its time has come; it stays until it is settled."""
        if self.replay_at is None or (monotonic() < self.replay_at and not at_once):
            return None
        self.replay_at = None
        try:
            return self._oldest()
        except OSError as error:
            warn("spool", "the spool cannot be read: %s", error)
            return None

    def _write(self, outgoing: Outgoing) -> int:
        if self._scrubs:
            scrub(outgoing)
        os.makedirs(self._folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - no pathlib here
        name = f"{self._prefix}{time_ns():020d}-{os.getpid()}-{outgoing.report_id}.json"
        path = os.path.join(self._folder, name)  # noqa: PTH118
        try:
            with open(f"{path}.part", "xb", opener=_private) as file:
                file.write(outgoing.incident)
            os.replace(f"{path}.part", path)  # noqa: PTH105
        except OSError:
            _is_removed(f"{path}.part")  # a full disk has no room for halves
            raise
        return self._trim()

    def _oldest(self) -> Optional[Outgoing]:
        for path, _ in self._files():
            with suppress(OSError):  # another process sent it, or another user keeps it
                return _read(path)
        return None

    def _trim(self) -> int:
        files = self._files()
        size = sum(length for _, length in files)
        gone = 0
        for path, length in files:
            if len(files) - gone <= MOST_FILES and size <= MOST_BYTES:
                break
            if _is_removed(path):
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


def _is_removed(path: str) -> bool:
    """Delete a file, if it may be: it can be another user's, in a folder of all."""
    try:
        os.unlink(path)  # noqa: PTH108 - no pathlib here
    except FileNotFoundError:
        return True  # another process sent it, too
    except OSError:
        return False
    return True


def _read(path: str) -> Outgoing:
    outgoing = Outgoing(path[-len(".json") - UUID_CHARS : -len(".json")])
    outgoing.file = path
    with open(path, "rb") as file:  # noqa: PTH123
        outgoing.incident = file.read(MOST_BYTES)
    return outgoing


def _jitter() -> float:
    """Choose when to begin: a server that is back must not meet everyone at once."""
    return uniform(0, LONGEST_JITTER)  # noqa: S311 - no secret


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
