"""The one dispatcher of a program that wants only one: made by `init`, or of the environment."""

from __future__ import annotations

from typing import Any, List

from .client import Dispatcher

_made: List[Dispatcher] = []


def init(*args: Any, **options: Any) -> Dispatcher:
    """Make the dispatcher that `get_dispatcher` returns from now on; the one before is closed."""
    made = Dispatcher(*args, **options)
    before, _made[:] = list(_made), [made]
    for dispatcher in before:
        dispatcher.close()
    return made


def get_dispatcher() -> Dispatcher:
    """Return the program's dispatcher; without an `init`, the environment has its options."""
    if not _made:
        _made.append(Dispatcher())  # two threads may both come here: the first one's counts
    return _made[0]
