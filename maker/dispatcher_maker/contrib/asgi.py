"""ASGI applications: Starlette, FastAPI, Litestar, Quart and whatever else speaks it."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, MutableMapping, Optional

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class DispatcherMiddleware:
    """Reports what an application raises: of requests, of websockets, at start and stop."""

    def __init__(self, app: Application, dispatcher: Optional[Reporter] = None) -> None:
        self._app = app
        self._dispatcher = dispatcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        dispatcher = self._dispatcher or get_dispatcher()
        request = {
            "method": scope.get("method", scope["type"]),
            "path": scope.get("path", ""),
        }
        with dispatcher.context(request=request), dispatcher.watch():
            await self._app(scope, receive, send)
