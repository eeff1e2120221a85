"""What Telegram shows of a chat, kept in our row of it."""

from collections.abc import Iterable

from aiogram.types import Chat as TelegramChat
from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    ResultChatMemberUnion,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import one_line
from core.chat_rights import ChatRight, keep_rights
from core.chats import ChatDefaults, ensure_chat
from core.i18n import Translator, translator_of
from core.models import Chat
from core.settings import Settings

TITLE_CHARS = 255


async def keep_current(
    session: AsyncSession, shown: TelegramChat, rights: Iterable[ChatRight] | None = None
) -> None:
    """Keep title, kind and maybe our rights in a chat that we know, as Telegram shows them."""
    chat = await session.get(Chat, shown.id)
    if chat:
        chat.title = one_line(shown.title or shown.full_name).replace("\0", "")[:TITLE_CHARS]
        chat.kind = shown.type
        if rights is not None:
            keep_rights(chat, rights)


async def write_down(session: AsyncSession, shown: TelegramChat, settings: Settings) -> None:
    """Know a chat from now on."""
    await ensure_chat(session, shown.id, ChatDefaults(settings.locale, settings.timezone))
    await keep_current(session, shown)


async def translator_in(session: AsyncSession, chat_id: int, settings: Settings) -> Translator:
    """Speak the language of a chat."""
    chat = await session.get(Chat, chat_id)
    return translator_of(chat.locale if chat else settings.locale)


def rights_of(member: ResultChatMemberUnion) -> frozenset[ChatRight]:
    """Read what the bot may do from its own membership."""
    if isinstance(member, ChatMemberOwner):
        return frozenset(ChatRight)
    if isinstance(member, ChatMemberAdministrator):
        topics = [ChatRight.topics] if member.can_manage_topics else []
        return frozenset({ChatRight.write, ChatRight.lead, *topics})
    if isinstance(member, ChatMemberRestricted):
        return frozenset({ChatRight.write} if member.can_send_messages else ())
    return frozenset({ChatRight.write} if isinstance(member, ChatMemberMember) else ())
