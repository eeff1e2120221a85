"""/start, /help, /open and /digest."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import Message
from aiogram.utils.formatting import Text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.content import content_of
from bot.open_list import list_url, open_list_of
from bot.render import open_list_content
from bot.render_digest import digest_content
from bot.rights import Right
from bot.whispers import whisper
from bot.zones import zone_of
from core.digest import DAY, digest_of
from core.i18n import N_, Translator
from core.models import Chat, Person
from core.settings import Settings

COMMANDS = {
    "open": N_("What is open, with buttons"),
    "mute": N_("No sound from an app for a while: /mute APP 2h reason"),
    "unmute": N_("Sound from an app again: /unmute APP"),
    "digest": N_("The last 24 hours in numbers"),
    "login": N_("A link to sign in to the web pages"),
    "setup": N_("In a group: whose cards come there, and who may press"),
    "role": N_("As a reply to somebody: /role viewer, responder, admin or none"),
    "help": N_("What I can do"),
}
WHISPERED = frozenset({"open", "login", "help"})  # in a group only the one who asks sees them


def commands_router() -> Router:
    router = Router(name="commands")
    router.message.register(show_open, Command("open"))
    router.message.register(show_digest, Command("digest"))
    router.message.register(show_help, Command("help"))
    router.message.register(show_help, CommandStart())
    router.message.register(show_help, F.chat.type == "private", F.text)
    return router


async def show_help(message: Message, t: Translator) -> Answer:
    lines: list[Text | str] = [
        t("I show the incidents of your services and take your presses on them."),
        "",
        *(f"/{name} · {t(meaning)}" for name, meaning in COMMANDS.items()),
        "",
        t("The id of this chat is %(chat)s.", chat=message.chat.id),
    ]
    return whisper(message, **content_of(lines).as_kwargs())


async def show_open(
    message: Message,
    session: AsyncSession,
    now: datetime,
    t: Translator,
    settings: Settings,
    right: Right,
) -> Answer:
    open_list = await open_list_of(session, now, settings.base_url, right.scope)
    content = open_list_content(open_list, t)
    return whisper(message, **content.as_kwargs())


async def show_digest(
    message: Message,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
) -> Answer:
    """Show the last day: in a chat that gets cards of its own apps, else of all."""
    chat = await session.get(Chat, message.chat.id)
    digest = await digest_of(
        session, now - DAY, now, settings.base_url, chat_id=chat.id if chat else None
    )
    zone = await zone_of(session, message.chat.id, person, settings)
    content = digest_content(digest, t, zone, list_url(settings.base_url))
    return message.answer(**content.as_kwargs())
