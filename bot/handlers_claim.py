"""/start with a claim: whoever opens the link that the server printed becomes the first admin."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import InlineKeyboardButton, Message, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.content import content_of
from bot.middlewares import person_of
from core import first_admin
from core.chats import ChatDefaults
from core.db import Database
from core.i18n import Translator, locale_of, translator_of
from core.settings import Settings

PREFIX = "claim-"

Announce = Callable[[str], None]


def claim_router() -> Router:
    """Make the router that strangers reach, too."""
    router = Router(name="claim")
    claiming = CommandStart(deep_link=True, magic=F.args.startswith(PREFIX))
    router.message.register(claim, claiming, F.chat.type == "private", F.from_user.as_("user"))
    return router


async def claim(
    message: Message,
    command: CommandObject,
    user: User,
    bot: Bot,
    session: AsyncSession,
    now: datetime,
    settings: Settings,
) -> Answer:
    t = translator_of(locale_of(user.language_code, settings.locale))
    token = (command.args or "").removeprefix(PREFIX)
    if not await first_admin.use_claim(session, now, token):
        return message.answer(
            t("This link is over: it was used, or it expired. A restart prints a new one.")
        )
    person = await person_of(session, now, user)
    defaults = ChatDefaults(settings.locale, settings.timezone)
    await first_admin.name_first_admin(session, now, person, defaults)
    return message.answer(**_welcome(t, (await bot.me()).username))


async def offer_claim(
    bot: Bot, settings: Settings, database: Database, announce: Announce, now: datetime
) -> None:
    """Print a link for the first admin, unless there is one."""
    configured = any(admin > 0 for admin in settings.admin_ids)
    async with database.writing() as session:
        if configured:
            await first_admin.withdraw_claim(session)
        token = None if configured else await first_admin.new_claim(session, now)
    if token:
        url = f"https://t.me/{(await bot.me()).username}?start={PREFIX}{token}"
        announce(f"Nobody is an admin yet. Who opens this link within a day becomes it:\n  {url}")


def _welcome(t: Translator, username: str | None) -> dict[str, Any]:
    # Without a parameter Telegram sends no /start: that the bot was added says enough.
    url = f"https://t.me/{username}?startgroup&admin=manage_topics"
    lines = [
        t("You are the admin now."),
        t("Add me to your team's group: there I ask whose cards it is to get."),
    ]
    button = InlineKeyboardButton(text=t("Add me to a group"), url=url)
    return content_of(lines, [button]).as_kwargs()
