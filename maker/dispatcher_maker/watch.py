"""`watch`: reports what a function or a block raises."""

from __future__ import annotations

from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Mapping, NamedTuple, Optional, Type, TypeVar, cast

from .levels import AnyLevel

if TYPE_CHECKING:
    from typing_extensions import Self

    from .reporter import Reporter

Function = TypeVar("Function", bound=Callable[..., Any])


class Wanted(NamedTuple):
    """What the report of a watched exception shall say."""

    title: Optional[str]
    level: AnyLevel
    fingerprint: Optional[str]
    tags: Optional[Mapping[str, str]]
    context: Optional[Mapping[str, object]]


class Watch:
    """A decorator of functions and coroutine functions, and a context manager of both kinds.

    Only what derives from Exception is reported: a cancelled task and Ctrl-C are no failures.
    """

    def __init__(self, reporter: Reporter, wanted: Wanted, *, reraise: bool) -> None:
        if callable(wanted.title):
            raise TypeError("write @dispatcher.watch(), with the parentheses")
        self._reporter = reporter
        self._wanted = wanted
        self._reraise = reraise

    def __call__(self, function: Function) -> Function:
        from inspect import iscoroutinefunction  # noqa: PLC0415 - only who decorates pays for it

        if iscoroutinefunction(function):

            @wraps(function)
            async def watched_async(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return cast("Function", watched_async)

        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return cast("Function", watched)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._reporter.capture(error, **self._wanted._asdict())
        return not self._reraise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> bool:
        return self.__exit__(kind, error, traceback)
