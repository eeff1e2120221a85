"""The button of a storm: whoever wants to see what it gathered gets the cards."""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.callbacks import StormPress
from core.i18n import Translator
from core.storms import show_hidden


def storms_router() -> Router:
    router = Router(name="storms")
    router.callback_query.register(press_show, StormPress.filter())
    return router


async def press_show(
    query: CallbackQuery,
    callback_data: StormPress,
    session: AsyncSession,
    now: datetime,
    t: Translator,
) -> list[Answer]:
    """Let the worst of what the storm gathered out, as many as a chat can take at once."""
    shown = await show_hidden(session, now, callback_data.storm_id, _chat_of(query))
    if not shown:
        return [query.answer(t("They have their cards already."))]
    return [query.answer(t.plural("%(num)s card follows", "%(num)s cards follow", shown))]


def _chat_of(query: CallbackQuery) -> int:
    return query.message.chat.id if query.message else 0
