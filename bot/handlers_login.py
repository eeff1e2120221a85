"""/login: a one-time link to the web pages, given in private only."""

from datetime import datetime, timedelta

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import InlineKeyboardButton, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.content import content_of, is_public
from bot.whispers import whisper
from core.access import new_login_link
from core.i18n import Translator
from core.models import Person
from core.settings import Settings

PAYLOAD = "login"


def login_router() -> Router:
    router = Router(name="login")
    for asked in (Command("login"), CommandStart(deep_link=True, magic=F.args == PAYLOAD)):
        router.message.register(send_link, asked, F.chat.type == "private")
    router.message.register(ask_in_private, Command("login"))
    return router


async def send_link(
    message: Message,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
) -> Answer:
    lifetime = timedelta(minutes=settings.login_link_minutes)
    token = await new_login_link(session, now, person, lifetime)
    url = f"{settings.base_url}/login/{token}"
    text = t("This link signs you in, once, within %(time)s.", time=t.duration(lifetime))
    if is_public(url):
        button = InlineKeyboardButton(text=t("Sign in"), url=url)
        return message.answer(**content_of([text], [button]).as_kwargs())
    return message.answer(**content_of([text, url]).as_kwargs())


async def ask_in_private(message: Message, bot: Bot, t: Translator) -> Answer:
    me = await bot.me()
    text = t("The link is for you alone: ask me in a private chat.")
    url = f"https://t.me/{me.username}?start={PAYLOAD}"
    button = InlineKeyboardButton(text=t("Open the private chat"), url=url)
    return whisper(message, **content_of([text], [button]).as_kwargs())
