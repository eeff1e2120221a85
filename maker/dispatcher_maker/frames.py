"""What the variables of a traceback's frames held: only who asks for it sends that."""

from __future__ import annotations

from collections import deque
from itertools import islice
from reprlib import Repr
from traceback import TracebackException, walk_tb
from types import FrameType
from typing import Dict, Optional

from .scrub import HIDDEN, is_telling

MOST_VARIABLES = 20
VALUE_CHARS = 200

_repr = Repr()
_repr.maxstring = _repr.maxother = VALUE_CHARS


def add_locals(
    found: Optional[TracebackException], error: Optional[BaseException], most: int, *, scrub: bool
) -> None:
    """Give its variables to each frame of an exception, and of those it came from."""
    while found is not None and error is not None:
        newest = deque(walk_tb(error.__traceback__), maxlen=most)
        for summary, (frame, _) in zip(found.stack, newest):
            summary.locals = _locals_of(frame, scrub=scrub)
        if found.__cause__ is not None:
            found, error = found.__cause__, error.__cause__
        else:
            found, error = found.__context__, error.__context__


def _locals_of(frame: FrameType, *, scrub: bool) -> Dict[str, str]:
    if frame.f_code.co_name == "<module>":
        return {}  # its variables are all that the module has
    pairs = islice(dict(frame.f_locals).items(), MOST_VARIABLES)
    return {
        name: HIDDEN if scrub and is_telling(name) else _repr.repr(value)[:VALUE_CHARS]
        for name, value in pairs
    }
