"""A reply to a card is a comment in its incident's timeline."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import toasts
from bot.answers import Answer
from bot.callbacks import CARD_PRESSES
from bot.content import cut
from bot.middlewares import ACTS
from bot.whispers import whisper
from core import incidents
from core.errors import NotFound
from core.i18n import N_, Translator
from core.incidents import COMMENT_CHARS
from core.models import Person
from core.shown import incident_shown
from core.timeline import Actor, Source

MEDIA = {
    ContentType.PHOTO: N_("[photo]"),
    ContentType.VIDEO: N_("[video]"),
    ContentType.VIDEO_NOTE: N_("[video]"),
    ContentType.VOICE: N_("[voice message]"),
    ContentType.AUDIO: N_("[audio]"),
    ContentType.DOCUMENT: N_("[file]"),
    ContentType.STICKER: N_("[sticker]"),
}
OTHER_MEDIA = N_("[attachment]")


class ReplyToCard(Filter):
    """Lets replies to cards through, commands excepted, and names the incident."""

    async def __call__(
        self, message: Message, bot: Bot, session: AsyncSession
    ) -> dict[str, Any] | bool:
        answered = message.reply_to_message
        if answered is None or not is_from(answered, bot) or (message.text or "")[:1] == "/":
            return False
        shown = await incident_shown(session, message.chat.id, answered.message_id)
        incident_id = shown or incident_named(answered)
        return {"incident_id": incident_id} if incident_id else False


def comments_router() -> Router:
    router = Router(name="comments")
    router.message.register(comment, ReplyToCard(), flags=ACTS)
    return router


async def comment(
    message: Message,
    incident_id: int,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
) -> Answer:
    """Write a reply down, and say so; what is longer than a comment may be is cut."""
    text = comment_of(message, t)
    actor = Actor(person.name, Source.telegram, person.id)
    try:
        await incidents.comment(session, now, incident_id, actor, cut(text, COMMENT_CHARS))
    except NotFound:
        return whisper(message, toasts.gone(t))
    if len(text) > COMMENT_CHARS:
        told = t(
            "Noted in the timeline of #%(number)s, cut to %(limit)s characters",
            number=incident_id,
            limit=COMMENT_CHARS,
        )
    else:
        told = t("Noted in the timeline of #%(number)s", number=incident_id)
    reply = message.as_reply_parameters(allow_sending_without_reply=True)
    return whisper(message, told, reply_parameters=reply, disable_notification=True)


def comment_of(message: Message, t: Translator) -> str:
    """Make a comment's text of a message: of what is no text, a word and its caption."""
    if message.text:
        return message.text
    word = t(MEDIA.get(ContentType(message.content_type), OTHER_MEDIA))
    return f"{word} {message.caption or ''}".rstrip()


def is_from(message: Message, bot: Bot) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


def incident_named(card: Message) -> int | None:
    """Read from the buttons of a card that another has replaced which incident it showed."""
    rows = card.reply_markup.inline_keyboard if card.reply_markup else []
    for button in (button for row in rows for button in row):
        for press in CARD_PRESSES:
            with suppress(TypeError, ValueError):
                return press.unpack(button.callback_data or "").incident_id
    return None
