"""What becomes of our chats: a new title, the bot put out, the bot back."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.chat_rows import keep_current, rights_of
from bot.members import Members, Presence, is_present
from bot.rights import Right
from bot.setup_message import setup_message
from core import chat_health
from core.access import sign_out_of_team
from core.chat_moves import move_chat
from core.chat_rights import ChatRight
from core.models import Chat
from core.people import leave
from core.remedies import Trouble
from core.settings import Settings

GROUPS = frozenset({"group", "supergroup"})


def chats_router() -> Router:
    router = Router(name="chats")
    router.my_chat_member.register(bot_left, ChatMemberUpdatedFilter(IS_NOT_MEMBER))
    router.my_chat_member.register(bot_here, ChatMemberUpdatedFilter(IS_MEMBER))
    router.chat_member.register(member_changed)
    router.message.register(title_changed, F.new_chat_title)
    router.message.register(became_supergroup, F.migrate_to_chat_id)
    router.message.register(was_group, F.migrate_from_chat_id)
    return router


async def bot_left(event: ChatMemberUpdated, session: AsyncSession, now: datetime) -> None:
    await keep_current(session, event.chat)
    blocked = event.chat.type == "private"
    trouble = Trouble.blocked if blocked else Trouble.removed
    await chat_health.disable(session, now, event.chat.id, trouble)


async def bot_here(
    event: ChatMemberUpdated, session: AsyncSession, now: datetime, right: Right, settings: Settings
) -> Answer | None:
    """The bot came, came back, or has other rights: what was refused may go now, or no more."""
    rights = rights_of(event.new_chat_member)
    await keep_current(session, event.chat, rights)
    if ChatRight.write not in rights:
        await chat_health.disable(session, now, event.chat.id, Trouble.rights)
        return None
    await chat_health.enable(session, now, event.chat.id)
    if is_present(event.old_chat_member) or event.chat.type not in GROUPS:
        return None
    content = await setup_message(session, event.chat, right, settings, rights=rights)
    return event.answer(**content.as_kwargs())


async def member_changed(
    event: ChatMemberUpdated, session: AsyncSession, members: Members, settings: Settings
) -> None:
    """Somebody came or went: who leaves the team's chat is signed out of the pages, too.

    Telegram tells so only where the bot is an administrator; elsewhere it is asked.
    """
    user_id, inside = event.new_chat_member.user.id, is_present(event.new_chat_member)
    members.remember(user_id, event.chat.id, Presence.inside if inside else Presence.outside)
    if not inside:
        await leave(session, user_id, event.chat.id)
    chat = await session.get(Chat, event.chat.id)
    if not inside and chat and chat.is_default:
        await sign_out_of_team(session, user_id, settings.admin_ids)


async def title_changed(message: Message, session: AsyncSession) -> None:
    await keep_current(session, message.chat)


async def became_supergroup(message: Message, session: AsyncSession, now: datetime) -> None:
    if message.migrate_to_chat_id:
        await move_chat(session, now, message.chat.id, message.migrate_to_chat_id)


async def was_group(message: Message, session: AsyncSession, now: datetime) -> None:
    if message.migrate_from_chat_id:
        await move_chat(session, now, message.migrate_from_chat_id, message.chat.id)
