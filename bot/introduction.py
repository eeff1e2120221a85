"""What is settled with Telegram before the work begins: who we are, how updates come, commands."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand
from sqlalchemy.exc import SQLAlchemyError

from bot.chat_rows import keep_current, rights_of
from bot.errors import reason_of
from bot.features import Features
from bot.handlers_commands import COMMANDS, WHISPERED
from bot.receiver import ALLOWED_UPDATES, WEBHOOK_PATH
from core.chats import all_chats
from core.db import Database
from core.i18n import LOCALES, Translator, translator_of
from core.models import Chat
from core.settings import Settings

WEBHOOK_LOOK_SECONDS = 60.0

log = structlog.get_logger("bot")


async def introduce(bot: Bot) -> None:
    """Learn the bot's own name, which commands in groups carry. Raises AiogramError."""
    me = await bot.me()
    log.info("telegram is on", bot=me.username)


async def choose_way(bot: Bot, settings: Settings) -> None:
    """Settle whether updates are brought to us or asked for. Raises AiogramError."""
    if settings.bot_mode == "webhook":
        await _set_webhook(bot, settings)
    else:
        await _leave_webhook(bot)


async def keep_webhook(
    bot: Bot, settings: Settings, lost: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Look now and then whether updates are still brought to us, until cancelled.

    Another program with our token may have taken the webhook away: we would hear nothing at all.
    """
    while True:
        await asyncio.sleep(WEBHOOK_LOOK_SECONDS)
        try:
            if (await bot.get_webhook_info()).url != _webhook_url(settings):
                await lost()
                await _set_webhook(bot, settings)
        except AiogramError as error:
            log.warning("cannot look after the webhook", reason=reason_of(error))


async def decorate(bot: Bot, settings: Settings, database: Database, features: Features) -> None:
    """Set the command menus and learn what chats are like: nice to have, so no fault stops us."""
    try:
        for language in (None, *LOCALES):
            menu = _menu(translator_of(language or settings.locale), features)
            await _set_commands(bot, language, menu)
        async with database.reading() as session:
            new = [chat.id for chat in await all_chats(session) if _is_new(chat)]
        for chat_id in new:
            await _look_at(bot, database, chat_id)
    except (AiogramError, SQLAlchemyError) as error:
        log.warning("cannot set menus or look at chats", reason=reason_of(error))


async def _set_webhook(bot: Bot, settings: Settings) -> None:
    """Set the webhook when it is another, or when the last calls failed, maybe by their secret."""
    url = _webhook_url(settings)
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
    info = await bot.get_webhook_info()
    same = info.url == url and set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
    if not same or info.last_error_message:
        await bot.set_webhook(url, allowed_updates=ALLOWED_UPDATES, secret_token=secret)


def _webhook_url(settings: Settings) -> str:
    return f"{settings.public_url}{WEBHOOK_PATH}"


async def _leave_webhook(bot: Bot) -> None:
    if (await bot.get_webhook_info()).url:
        await bot.delete_webhook()


def _menu(t: Translator, features: Features) -> list[BotCommand]:
    return [
        BotCommand(
            command=name,
            description=t(meaning),
            is_ephemeral=(features.ephemeral and name in WHISPERED) or None,
        )
        for name, meaning in COMMANDS.items()
    ]


def _key(command: BotCommand) -> tuple[str, str, bool]:
    return command.command, command.description, bool(command.is_ephemeral)


async def _set_commands(bot: Bot, language: str | None, menu: list[BotCommand]) -> None:
    shown = await bot.get_my_commands(language_code=language)
    if [_key(command) for command in shown] != [_key(command) for command in menu]:
        await bot.set_my_commands(menu, language_code=language)


def _is_new(chat: Chat) -> bool:
    return not chat.title or (chat.rights is None and chat.id < 0)


async def _look_at(bot: Bot, database: Database, chat_id: int) -> None:
    try:
        shown = await bot.get_chat(chat_id)
        own = await bot.get_chat_member(chat_id, bot.id)
    except AiogramError as error:
        log.warning("cannot see a chat", chat=chat_id, reason=reason_of(error))
        return
    async with database.writing() as session:
        await keep_current(session, shown, rights_of(own))
