"""A refused call made acceptable: plainer, shorter, or elsewhere in the chat. Pure."""

from typing import Any, TypeVar

from aiogram.methods import TelegramMethod

from bot.content import cut
from core.remedies import Remedy

SHORT_CHARS = 1000

T = TypeVar("T")


def mending_of(method: TelegramMethod[T], remedy: Remedy) -> TelegramMethod[T] | None:
    """Make the call that may pass instead; None when there is nothing to change about it."""
    text = getattr(method, "text", None) or ""
    changes: dict[Remedy, dict[str, Any]] = {
        Remedy.plain: {"entities": None},
        Remedy.shorten: {"text": cut(text, SHORT_CHARS), "entities": None},
        Remedy.unbutton: {"reply_markup": None},
        Remedy.unquote: {"reply_parameters": None},
        Remedy.general: {"message_thread_id": None},
        Remedy.reopen: {"message_thread_id": None},
    }
    change = {
        name: value
        for name, value in changes.get(remedy, {}).items()
        if getattr(method, name, value) != value
    }
    return method.model_copy(update=change) if change else None
