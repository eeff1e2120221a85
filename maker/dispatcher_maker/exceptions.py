"""An exception as a report: its title, its traceback, and what makes two of them the same."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import Any, List, NamedTuple, Optional

from .levels import AnyLevel
from .settings import Settings
from .tails import LINE_CHARS, LogPart
from .wire import Draft, text_of

FRAMES = 100
LINES = 400

_MARK = "__dispatcher_reported__"
_LIBRARY = os.path.dirname(os.__file__)  # noqa: PTH120 - importing pathlib costs half of the import budget


class Place(NamedTuple):
    """Where something happened: the module and function name it for people, the line exactly."""

    module: str
    function: str
    file: str
    line: int


def draft_of(
    error: Optional[BaseException],
    title: Optional[str] = None,
    message: Optional[str] = None,
    level: AnyLevel = "error",
    **details: Any,
) -> Draft:
    """Make the report of an exception; without a fingerprint, the same kind at the same place is
    the same incident.
    """
    error = error or sys.exc_info()[1]
    mark_reported(error)
    draft = Draft(title or title_of(error), message, level, exc=error, **details)
    place = place_of(error)
    fingerprint = draft.fingerprint or _fingerprint_of(error, place, title)
    spot = f"{place.file}:{place.line}" if place else ""
    return draft._replace(fingerprint=fingerprint, storm=f"{fingerprint}\n{spot}")


def title_of(error: object) -> str:
    """Name an exception as the last line of its traceback does."""
    if error is None:
        return "(no exception)"
    said = text_of(error).strip().partition("\n")[0]
    if not isinstance(error, BaseException):  # a text of somebody in a hurry
        return said or "(no exception)"
    name = type(error).__name__
    return f"{name}: {said}" if said else name


def traceback_of(error: BaseException, settings: Settings) -> LogPart:
    """Format an exception with those it came from: at most 100 frames each, 400 lines in all."""
    lines = "".join(_formatted(error, settings)).replace("\0", "").splitlines()
    return {
        "source": "traceback",
        "lines": [line[:LINE_CHARS] for line in lines[-LINES:]],
        "truncated": len(lines) > LINES or any(len(line) > LINE_CHARS for line in lines),
    }


def _formatted(error: BaseException, settings: Settings) -> List[str]:
    try:
        found = traceback.TracebackException(type(error), error, error.__traceback__, limit=-FRAMES)
        if settings.send_locals:
            from .frames import add_locals  # noqa: PLC0415 - only who wants them pays for them

            add_locals(found, error, FRAMES, scrub=settings.scrub)
        return list(found.format())
    except Exception:  # noqa: BLE001 - a __getattr__ of the host's class that fails
        return [*traceback.format_tb(error.__traceback__, -FRAMES), f"{title_of(error)}\n"]


def place_of(error: Optional[BaseException]) -> Optional[Place]:
    """Find where an exception was raised: the newest frame of the app itself, else the newest."""
    found = error.__traceback__ if isinstance(error, BaseException) else None
    newest = own = None
    while found is not None:
        newest = found
        if _is_own(found.tb_frame.f_code.co_filename):
            own = found
        found = found.tb_next
    chosen = own or newest
    if chosen is None:
        return None
    code = chosen.tb_frame.f_code
    module = chosen.tb_frame.f_globals.get("__name__")
    return Place(str(module), code.co_name, code.co_filename, chosen.tb_lineno)


def mark_reported(error: object) -> None:
    with suppress(AttributeError, TypeError):  # no exception at all
        object.__setattr__(error, _MARK, True)  # a class of the host may refuse, as frozen ones do


def is_reported(error: object) -> bool:
    """Say whether an exception is reported already: it passes many who could, on its way up.

    Its own `__getattr__` is not asked: it could fail, or say yes to anything.
    """
    try:
        return bool(object.__getattribute__(error, _MARK))
    except AttributeError:
        return False


def _fingerprint_of(
    error: Optional[BaseException], place: Optional[Place], title: Optional[str]
) -> str:
    parts: List[str] = [type(error).__name__, f"{place.module} {place.function}" if place else ""]
    return "\n".join([*parts, title or ""])


def _is_own(file: str) -> bool:
    return not file.startswith((_LIBRARY, "<frozen")) and "-packages" not in file
