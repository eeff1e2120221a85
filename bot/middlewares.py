"""Who is this person, and may they: people of the team pass, others are refused politely.

Handlers behind these find `person` (the one who acts) and `t` (the language to answer in).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import CallbackQuery, Message, TelegramObject, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot import toasts
from bot.chat_rows import translator_in
from bot.content import one_line
from bot.rights import ANONYMOUS, Right
from bot.whispers import whisper
from core import incidents
from core.i18n import LOCALES, Translator, locale_of, translator_of
from core.models import Person
from core.people import ensure_person, see_in
from core.roles import Standing
from core.settings import Settings
from core.shown import is_shown
from core.timeline import Actor, Source

NAME_CHARS = 100
MAY_ACT = frozenset({Standing.admin, Standing.member})
MAY_LOOK = MAY_ACT | {Standing.viewer}
ACTS = {"acts": True}  # the flag of a message handler that changes something

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PressAccess(BaseMiddleware):
    """Lets presses through from those who may act; others are refused, and it is written down."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        query = cast("CallbackQuery", event)
        user, session, now = query.from_user, data["session"], data["now"]
        standing = await _standing_for(data["right"], session, _incident_of(data))
        if standing in MAY_ACT:
            person = await person_of(session, now, user)
            if query.message:
                await see_in(session, person, query.message.chat.id)
            t = translator_of(person.locale or self._settings.locale)
            return await handler(event, {**data, "person": person, "t": t})
        t = translator_of(locale_of(user.language_code, self._settings.locale))
        if standing is Standing.unknown:
            return query.answer(toasts.unchecked(t))
        if incident_id := _incident_of(data):
            await incidents.refuse(session, now, incident_id, stranger_of(user))
        return query.answer(toasts.refused(standing, t))


class CommandAccess(BaseMiddleware):
    """Lets the team's commands through; a stranger is told what an admin needs to know."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        message = cast("Message", event)
        session, user = data["session"], message.from_user
        t = await self._language_of(session, message)
        if user is None or user.id in ANONYMOUS or message.sender_chat:
            return message.answer(_anonymous(t))
        standing = data["right"].standing
        if standing is Standing.unknown:
            return whisper(message, toasts.unchecked(t))
        if standing not in (MAY_ACT if get_flag(data, "acts") else MAY_LOOK):
            if "incident_id" in data:
                await incidents.refuse(session, data["now"], data["incident_id"], stranger_of(user))
            return whisper(message, _refusal(standing, t, user, message))
        person = await person_of(session, data["now"], user)
        await see_in(session, person, message.chat.id)
        return await handler(event, {**data, "person": person, "t": t})

    async def _language_of(self, session: AsyncSession, message: Message) -> Translator:
        """In a group the chat's language, in private the person's."""
        user = message.from_user
        if message.chat.type == "private":
            return translator_of(
                locale_of(user.language_code if user else None, self._settings.locale)
            )
        return await translator_in(session, message.chat.id, self._settings)


async def person_of(session: AsyncSession, now: datetime, user: User) -> Person:
    """Write down the person behind a Telegram account, as it is called today."""
    locale = locale_of(user.language_code, "")
    return await ensure_person(
        session,
        now,
        user.id,
        name_of(user),
        username=user.username,
        locale=locale if locale in LOCALES else None,
    )


def stranger_of(user: User) -> Actor:
    """Name somebody who does not become a person of ours."""
    return Actor(f"{name_of(user)} (id {user.id})", Source.telegram)


def name_of(user: User) -> str:
    """Make a name that is never empty, of one line, and bounded."""
    name = one_line(user.full_name.replace("\0", ""))
    return (name or user.username or str(user.id))[:NAME_CHARS]


def _incident_of(data: dict[str, Any]) -> int | None:
    """The incident that a press is about, if it is about one."""
    return getattr(data.get("callback_data"), "incident_id", None)


async def _standing_for(right: Right, session: AsyncSession, incident_id: int | None) -> Standing:
    """Judge a press on an incident; one that the chat was never shown is not its members' own."""
    if right.scope is None or incident_id is None or right.standing is Standing.admin:
        return right.standing
    shown = await is_shown(session, incident_id, right.scope)
    return right.standing if shown else Standing.stranger


def _anonymous(t: Translator) -> str:
    return t(
        "I cannot see who you are. Turn off anonymity and try again, or use the buttons: a press "
        "tells me your account."
    )


def _refusal(standing: Standing, t: Translator, user: User, message: Message) -> str:
    if standing is not Standing.stranger:
        return t("You may not do this here: an admin can give you a role")
    if message.chat.type == "private":
        return t(
            "I answer to the team only. An administrator who wants to add you needs your id, "
            "%(user)s.",
            user=user.id,
        )
    return t(
        "I answer to the team only. An administrator who wants to add you needs your id, "
        "%(user)s, or the id of this chat, %(chat)s.",
        user=user.id,
        chat=message.chat.id,
    )
