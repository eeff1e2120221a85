"""What the doctor asks Telegram: the token, the chats, the bot's rights there, and the time."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ChatFullInfo

from bot.chat_rows import rights_of
from bot.client import make_bot
from bot.errors import redacted
from core.chat_rights import ChatRight
from core.doctor import Finding
from core.settings import TELEGRAM_API, Settings

MAX_SKEW_SECONDS = 30
SECONDS = 10


async def telegram_checks(settings: Settings, chat_ids: Sequence[int]) -> list[Finding]:
    """Ask everything that can be asked without sending a message, about these chats too."""
    if settings.bot_token is None:
        return [Finding("telegram", False, "off: DISPATCHER_BOT_TOKEN is not set")]
    bot = make_bot(settings)
    try:
        me = await bot.me()
        found = [Finding("token", True, f"it is @{me.username}{_elsewhere(settings)}")]
        found.append(await _clock(settings.bot_api_url))
        return found + await _chat_checks(bot, chat_ids)
    except AiogramError as error:
        return [Finding("token", False, redacted(error))]
    finally:
        await bot.session.close()


def _elsewhere(settings: Settings) -> str:
    """Name a Bot API server that is not Telegram's: it may be a simulated one."""
    url = settings.bot_api_url
    return "" if url == TELEGRAM_API else f" on {url}, not on Telegram's own server"


async def _chat_checks(bot: Bot, chat_ids: Sequence[int]) -> list[Finding]:
    if not chat_ids:
        says = "cards go nowhere: add the bot to a group and set it up there with /setup"
        return [Finding("chat", False, says)]
    return [check for chat_id in chat_ids for check in await _about(bot, chat_id)]


async def _about(bot: Bot, chat_id: int) -> list[Finding]:
    try:
        chat = await bot.get_chat(chat_id, request_timeout=SECONDS)
        own = await bot.get_chat_member(chat_id, bot.id, request_timeout=SECONDS)
    except AiogramError as error:
        return [Finding("chat", False, f"{chat_id}: {redacted(error)}")]
    name = chat.title or chat.first_name or str(chat_id)
    rights = rights_of(own)
    may_write = ChatRight.write in rights
    says = _rights_told(chat, rights) if may_write else "the bot may not write there"
    return [Finding("chat", True, f"{name} ({chat.type})"), Finding("rights", may_write, says)]


def _rights_told(chat: ChatFullInfo, rights: Collection[ChatRight]) -> str:
    """Say what the bot may do in a chat, and what it misses by not being let do the rest."""
    if ChatRight.lead not in rights:
        missing = " (no admin: Telegram may not tell it who is in the chat)"
        return "the bot may write there" + ("" if chat.type == "private" else missing)
    told = "the bot is an admin there and may write"
    if chat.is_forum and ChatRight.topics not in rights:
        return f"{told} (it may not manage topics: cards for a closed one come to General)"
    return told


async def _clock(bot_api_url: str) -> Finding:
    """Compare our clock with the one of the Bot API server."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(bot_api_url) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return Finding("clock", False, "the Bot API server did not say its time")
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    return Finding("clock", skew <= MAX_SKEW_SECONDS, f"{skew:.0f} s apart from the Bot API server")
