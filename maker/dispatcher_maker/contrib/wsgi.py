"""WSGI applications: Flask, Pyramid, Bottle and whatever else speaks it."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Iterator, Optional

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter

Environ = Dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class DispatcherMiddleware:
    """Reports what an application raises, also while its answer is read."""

    def __init__(self, app: Application, dispatcher: Optional[Reporter] = None) -> None:
        self._app = app
        self._dispatcher = dispatcher

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        dispatcher = self._dispatcher or get_dispatcher()
        with dispatcher.context(request=_request_of(environ)), dispatcher.watch():
            body = self._app(environ, start_response)
        if isinstance(body, (list, tuple)) or _is_file(body, environ):
            return body  # servers treat these better than what wraps them
        return _Body(body, dispatcher, environ)


class _Body:
    def __init__(self, body: Iterable[bytes], dispatcher: Reporter, environ: Environ) -> None:
        self._body = body
        self._parts: Optional[Iterator[bytes]] = None
        self._dispatcher = dispatcher
        self._request = _request_of(environ)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._dispatcher.context(request=self._request):
            try:
                self._parts = self._parts or iter(self._body)
                return next(self._parts)
            except StopIteration:
                raise
            except Exception as error:
                self._dispatcher.capture(error)
                raise

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is None:
            return
        with self._dispatcher.context(request=self._request), self._dispatcher.watch():
            close()


def _request_of(environ: Environ) -> Dict[str, str]:
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    return {"method": str(environ.get("REQUEST_METHOD", "")), "path": path}


def _is_file(body: object, environ: Environ) -> bool:
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(body, wrapper)
