"""The message that sets up a chat, for whoever asked: all of it for an admin, else a greeting."""

from collections.abc import Collection

from aiogram.types import Chat as TelegramChat
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat_rows import translator_in, write_down
from bot.content import Content
from bot.render_setup import greeting_content, setup_content
from bot.rights import Right
from core.chat_rights import ChatRight, keep_rights, rights_in
from core.chat_setup import setup_of
from core.models import Chat
from core.roles import Standing
from core.settings import Settings


async def setup_message(
    session: AsyncSession,
    shown: TelegramChat,
    right: Right,
    settings: Settings,
    *,
    rights: Collection[ChatRight] | None = None,
    thread_id: int | None = None,
    page: int = 0,
) -> Content:
    """Draw the set-up; `rights` are the bot's own when Telegram just told them.

    A chat becomes one of ours only when an admin asks.
    """
    t = await translator_in(session, shown.id, settings)
    if right.standing is not Standing.admin:
        chat = await session.get(Chat, shown.id)
        known = rights_in(chat) if chat and rights is None else rights
        return greeting_content(shown, known, t)
    await write_down(session, shown, settings)
    setup = await setup_of(session, shown.id, thread_id, page)
    if rights is not None:
        keep_rights(setup.chat, rights)
    return setup_content(setup, shown, settings.base_url, t)
