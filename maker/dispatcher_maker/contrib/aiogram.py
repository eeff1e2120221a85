"""aiogram bots."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, Optional

from aiogram import BaseMiddleware, Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import ErrorEvent, TelegramObject

from dispatcher_maker.default import get_dispatcher
from dispatcher_maker.reporter import Reporter


def install(router: Router, dispatcher: Optional[Reporter] = None) -> None:
    """Report what the handlers of a router, or of aiogram's Dispatcher, leave unhandled.

    What an error handler of the bot takes care of is no failure; one that fails itself is.
    """
    router.errors.outer_middleware(_Report(dispatcher))


class _Report(BaseMiddleware):
    def __init__(self, dispatcher: Optional[Reporter]) -> None:
        self._dispatcher = dispatcher

    async def __call__(
        self,
        handler: Callable[[TelegramObject, Dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: Dict[str, Any],
    ) -> Any:
        dispatcher = self._dispatcher or get_dispatcher()
        with dispatcher.context(**_facts_of(event)), dispatcher.watch():
            answer = await handler(event, data)
            if answer is UNHANDLED and isinstance(event, ErrorEvent):
                dispatcher.capture(event.exception)
        return answer


def _facts_of(event: TelegramObject) -> Dict[str, Any]:
    if not isinstance(event, ErrorEvent):
        return {}
    return {"update": {"id": event.update.update_id, "type": event.update.event_type}}
