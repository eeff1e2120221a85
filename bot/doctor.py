"""What the doctor asks Telegram: the token, the admin chat, the bot's rights, and the time."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted

from bot.client import make_bot
from bot.errors import redacted
from core.doctor import Check
from core.settings import Settings

MAX_SKEW_SECONDS = 30
SECONDS = 10
_OUT = {"left", "kicked"}


async def telegram_checks(settings: Settings) -> list[Check]:
    """Ask everything that can be asked without sending a message."""
    if settings.bot_token is None:
        return [Check("telegram", False, "off: DISPATCHER_BOT_TOKEN is not set")]
    bot = make_bot(settings)
    try:
        me = await bot.me()
        found = [Check("token", True, f"it is @{me.username}")]
        found.append(await _clock(settings.bot_api_url))
        return found + await _chat_checks(bot, settings.admin_chat)
    except AiogramError as error:
        return [Check("token", False, redacted(error))]
    finally:
        await bot.session.close()


async def _chat_checks(bot: Bot, chat_id: int | None) -> list[Check]:
    if chat_id is None:
        return [Check("chat", False, "DISPATCHER_ADMIN_CHAT is not set: cards go nowhere")]
    try:
        chat = await bot.get_chat(chat_id, request_timeout=SECONDS)
        member = await bot.get_chat_member(chat_id, bot.id, request_timeout=SECONDS)
    except AiogramError as error:
        return [Check("chat", False, f"{chat_id}: {redacted(error)}")]
    name = chat.title or chat.first_name or str(chat_id)
    may_write = member.status not in _OUT and not (
        isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    )
    rights = "is an admin" if isinstance(member, ChatMemberAdministrator) else member.status
    says = f"the bot {rights} there and may write" if may_write else "the bot may not write there"
    return [Check("chat", True, f"{name} ({chat.type})"), Check("rights", may_write, says)]


async def _clock(bot_api_url: str) -> Check:
    """Compare our clock with the one of the Bot API server."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(bot_api_url) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return Check("clock", False, "the Bot API server did not say its time")
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    return Check("clock", skew <= MAX_SKEW_SECONDS, f"{skew:.0f} s apart from the Bot API server")
