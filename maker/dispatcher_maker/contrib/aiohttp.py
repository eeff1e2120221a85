"""aiohttp servers."""

from __future__ import annotations

from typing import Optional

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter


def dispatcher_middleware(dispatcher: Optional[Reporter] = None) -> Middleware:
    """Make a middleware, the first of `Application(middlewares=[...])`; answers that are raised
    (`web.HTTPFound`, `web.HTTPNotFound`) are no failures.
    """

    @web.middleware
    async def report(request: web.Request, handler: Handler) -> web.StreamResponse:
        reporter = dispatcher or get_dispatcher()
        with reporter.context(request={"method": request.method, "path": request.path}):
            try:
                return await handler(request)
            except web.HTTPException:
                raise
            except Exception as error:
                reporter.capture(error)
                raise

    return report
