"""/role: an admin names somebody, by a reply to what that person wrote."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.middlewares import person_of
from bot.rights import ANONYMOUS, Right
from core.i18n import Translator
from core.roles import Role, Standing, name_person
from core.words import role_word

NOBODY = "none"


def roles_router() -> Router:
    router = Router(name="roles")
    router.message.register(name_role, Command("role"))
    return router


async def name_role(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    now: datetime,
    t: Translator,
    right: Right,
) -> Answer:
    """Give a role, or take it away; somebody whom we did not know is known from then on."""
    if right.standing is not Standing.admin:
        return message.answer(t("Only an admin of mine may name roles"))
    named, role = named_in(message), (command.args or "").strip().lower()
    if named is None or role not in {NOBODY, *Role}:
        return message.answer(how_to(t))
    given = None if role == NOBODY else Role(role)
    person = await person_of(session, now, named)
    await name_person(session, person.id, given)
    return message.answer(f"{person.name} · {role_word(t, given)}")


def named_in(message: Message) -> User | None:
    """Whose message is replied to; bots and anonymous accounts are nobody."""
    answered = message.reply_to_message
    if answered is None or answered.sender_chat:
        return None
    user = answered.from_user
    return None if user is None or user.is_bot or user.id in ANONYMOUS else user


def how_to(t: Translator) -> str:
    names = ", ".join(f"/role {name}" for name in (*Role, NOBODY))
    return t("Reply to a message of the person with one of: %(names)s", names=names)
