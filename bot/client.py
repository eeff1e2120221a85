"""The Bot API client that the settings ask for."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from core.errors import SettingsError
from core.settings import PREFIX, Settings


def make_bot(settings: Settings) -> Bot:
    """Make a client, whose session the caller closes. Raises SettingsError without a token."""
    if settings.bot_token is None:
        raise SettingsError([(f"{PREFIX}BOT_TOKEN", "Telegram needs the token of a bot")])
    server = TelegramAPIServer.from_base(settings.bot_api_url)
    return Bot(settings.bot_token.get_secret_value(), session=AiohttpSession(api=server))
