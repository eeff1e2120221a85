"""The Bot API client that the settings ask for."""

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiohttp import ClientTimeout

from core.errors import SettingsError
from core.settings import PREFIX, Settings

CONNECT_SECONDS = 10  # what does not get through by then has surely not been sent


class Session(AiohttpSession):
    """Gives up connecting long before it gives up waiting for an answer."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: float | None = None,  # noqa: ASYNC109 - the base class names it
    ) -> Any:
        total = self.timeout if timeout is None else timeout
        limits: Any = ClientTimeout(total=total, sock_connect=CONNECT_SECONDS)
        return await super().make_request(bot, method, timeout=limits)


def make_bot(settings: Settings) -> Bot:
    """Make a client, whose session the caller closes. Raises SettingsError without a token."""
    if settings.bot_token is None:
        raise SettingsError([(f"{PREFIX}BOT_TOKEN", "Telegram needs the token of a bot")])
    server = TelegramAPIServer.from_base(settings.bot_api_url)
    return Bot(settings.bot_token.get_secret_value(), session=Session(api=server))
