"""What the one who asks may do, found out before the asking is handled.

A press is judged by who pressed and in which chat, never by the data that came with it.
"""

from dataclasses import dataclass

from aiogram.types import Chat, Message, Update, User

from bot.members import Members, Presence
from core.db import Database
from core.models import Chat as OurChat
from core.roles import Ground, Policy, Role, Standing, best_of, ground_of, standing_under
from core.settings import Settings

# Whoever hides behind a group or a channel comes from these accounts, and is nobody we know.
ANONYMOUS = frozenset({1087968824, 136817688})  # @GroupAnonymousBot, @Channel_Bot


@dataclass(frozen=True, slots=True)
class Right:
    """A standing; with a `scope` it counts for the incidents shown in that chat alone."""

    standing: Standing
    scope: int | None = None


NO_RIGHT = Right(Standing.stranger)


class Rights:
    """Asks the database about roles and policies, and Telegram about who is in which chat."""

    def __init__(self, members: Members, database: Database, settings: Settings) -> None:
        self._members = members
        self._database = database
        self._admins = settings.admin_ids

    async def of(self, update: Update, bot_id: int) -> Right:
        """Find the right of whoever an update comes from, if it asks for something."""
        asked = asked_by(update, bot_id)
        if asked is None:
            return NO_RIGHT
        user, chat_id = asked
        async with self._database.reading() as session:
            ground = await ground_of(session, user.id, chat_id)
        if user.id in self._admins or ground.role is Role.admin:
            return Right(Standing.admin, ground.scope)
        found = [await self._standing_in(chat, user.id, ground) for chat in ground.chats]
        return Right(best_of(found), ground.scope)

    async def _standing_in(self, chat: OurChat, user_id: int, ground: Ground) -> Standing:
        presence = await self._members.presence_of(user_id, chat.id)
        if presence is Presence.inside:
            return standing_under(Policy(chat.policy), ground.role, known=ground.known)
        return Standing.unknown if presence is Presence.unknown else Standing.stranger


def asked_by(update: Update, bot_id: int) -> tuple[User, int | None] | None:
    """Find the person an update comes from and the chat it was asked in, if it asks for something.

    An anonymous administrator's message names no person, but a press does.
    """
    user, chat = _origin_of(update, bot_id)
    if user is None or user.id in ANONYMOUS:
        return None
    return user, chat.id if chat else None


def _origin_of(update: Update, bot_id: int) -> tuple[User | None, Chat | None]:
    if query := update.callback_query:
        return query.from_user, query.message.chat if query.message else None
    if change := update.my_chat_member:
        return change.from_user, change.chat
    message = update.message
    if message and not message.sender_chat and is_for_us(message, bot_id):
        return message.from_user, message.chat
    return None, None


def is_for_us(message: Message, bot_id: int) -> bool:
    """Whether somebody writes to the bot rather than to the others in the chat."""
    answered = message.reply_to_message and message.reply_to_message.from_user
    if answered and answered.id == bot_id:
        return True
    return (message.text or "")[:1] == "/" or bool(message.text and message.chat.type == "private")
