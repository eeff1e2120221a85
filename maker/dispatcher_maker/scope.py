"""What the code around a report says about it: tags and context, by task and thread.

Kept in context variables, so that one asyncio task never sees the facts of another.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Dict, Iterator, Mapping, NamedTuple


class Scope(NamedTuple):
    """The tags and the context that every report made here carries."""

    tags: Mapping[str, str]
    context: Mapping[str, object]


_NOTHING = Scope({}, {})

_scope: ContextVar[Scope] = ContextVar("dispatcher_maker_scope", default=_NOTHING)
_inside: ContextVar[bool] = ContextVar("dispatcher_maker_inside", default=False)


def current_scope() -> Scope:
    return _scope.get()


@contextmanager
def added(tags: Mapping[str, str], context: Dict[str, object]) -> Iterator[None]:
    """Add to the scope until the block ends; an inner block's word counts over an outer one's."""
    outer = _scope.get()
    token = _scope.set(Scope({**outer.tags, **tags}, {**outer.context, **context}))
    try:
        yield
    finally:
        _scope.reset(token)


def is_inside() -> bool:
    """Say whether the SDK itself is at work here: what it logs must not become a report."""
    return _inside.get()


@contextmanager
def inside() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
