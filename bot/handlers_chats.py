"""What becomes of our chats: a new title, the bot put out, the bot back."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter
from aiogram.types import Chat as TelegramChat
from aiogram.types import ChatMemberUpdated, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import one_line
from core import chat_health
from core.chat_moves import move_chat
from core.models import Chat
from core.remedies import Trouble

TITLE_CHARS = 255


def chats_router() -> Router:
    router = Router(name="chats")
    router.my_chat_member.register(bot_left, ChatMemberUpdatedFilter(IS_NOT_MEMBER))
    router.my_chat_member.register(bot_here, ChatMemberUpdatedFilter(IS_MEMBER))
    router.message.register(title_changed, F.new_chat_title)
    router.message.register(became_supergroup, F.migrate_to_chat_id)
    router.message.register(was_group, F.migrate_from_chat_id)
    return router


async def bot_left(event: ChatMemberUpdated, session: AsyncSession, now: datetime) -> None:
    await keep_current(session, event.chat)
    blocked = event.chat.type == "private"
    trouble = Trouble.blocked if blocked else Trouble.removed
    await chat_health.disable(session, now, event.chat.id, trouble)


async def bot_here(event: ChatMemberUpdated, session: AsyncSession) -> None:
    """The bot came back, or its rights changed: what was refused may go now."""
    await keep_current(session, event.chat)
    await chat_health.enable(session, event.chat.id)


async def title_changed(message: Message, session: AsyncSession) -> None:
    await keep_current(session, message.chat)


async def became_supergroup(message: Message, session: AsyncSession, now: datetime) -> None:
    if message.migrate_to_chat_id:
        await move_chat(session, now, message.chat.id, message.migrate_to_chat_id)


async def was_group(message: Message, session: AsyncSession, now: datetime) -> None:
    if message.migrate_from_chat_id:
        await move_chat(session, now, message.migrate_from_chat_id, message.chat.id)


async def keep_current(session: AsyncSession, shown: TelegramChat) -> None:
    """Keep title and kind of a chat that we know as Telegram shows them."""
    chat = await session.get(Chat, shown.id)
    if chat:
        chat.title = one_line(shown.title or shown.full_name).replace("\0", "")[:TITLE_CHARS]
        chat.kind = shown.type
