"""The set-up of a chat, in the chat: by /start or /setup, and with buttons that admins may press.

What is chosen in a topic counts for that topic.
"""

from contextlib import suppress
from datetime import datetime

import structlog
from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.callbacks import SetupChoice, SetupPress
from bot.chat_rows import translator_in, write_down
from bot.handlers_chats import GROUPS
from bot.middlewares import name_of
from bot.rights import Right
from bot.setup_message import setup_message
from bot.whispers import own_message
from core import chat_setup
from core.errors import NotFound
from core.i18n import Translator
from core.roles import Standing
from core.settings import Settings
from core.trial import report_trial

log = structlog.get_logger("bot.setup")


def setup_router() -> Router:
    """Make the router that anonymous administrators reach, too: a press tells who they are."""
    router = Router(name="setup")
    router.message.register(ask, Command("start", "setup"), F.chat.type.in_(GROUPS))
    router.message.register(ask, Command("setup"), F.chat.type == "private", by_admin)
    router.callback_query.register(press, SetupPress.filter())
    return router


async def by_admin(_: Message, right: Right) -> bool:
    return right.standing is Standing.admin


async def ask(message: Message, session: AsyncSession, right: Right, settings: Settings) -> Answer:
    content = await setup_message(
        session, message.chat, right, settings, thread_id=thread_of(message)
    )
    return message.answer(**content.as_kwargs())


async def press(
    query: CallbackQuery,
    callback_data: SetupPress,
    session: AsyncSession,
    now: datetime,
    right: Right,
    settings: Settings,
) -> list[Answer]:
    """Do what an admin chose, and show the set-up as it is then."""
    message, user = own_message(query), query.from_user
    if message is None:
        return [query.answer()]
    t = await translator_in(session, message.chat.id, settings)
    if right.standing is not Standing.admin:
        log.warning("refused to set up a chat", chat=message.chat.id, user=user.id)
        return [query.answer(t("Only an admin of mine may set up a chat"))]
    await write_down(session, message.chat, settings)
    if callback_data.choice is SetupChoice.trial:
        return [query.answer(await _try_out(session, now, message, t, name_of(user)))]
    with suppress(NotFound):  # the app is gone, and so is its button in what is shown now
        await _choose(session, now, callback_data, message)
    content = await setup_message(
        session,
        message.chat,
        right,
        settings,
        thread_id=thread_of(message),
        page=callback_data.page,
    )
    return [query.answer(), message.edit_text(**content.as_kwargs())]


def thread_of(message: Message) -> int | None:
    """The topic that a message is in; General is none."""
    return message.message_thread_id if message.is_topic_message else None


async def _choose(
    session: AsyncSession, now: datetime, pressed: SetupPress, message: Message
) -> None:
    chat_id = message.chat.id
    match pressed.choice:
        case SetupChoice.app if pressed.app_id:
            await chat_setup.toggle_app(session, pressed.app_id, chat_id, thread_of(message))
        case SetupChoice.rest:
            await chat_setup.toggle_default(session, now, chat_id)
        case SetupChoice.policy:
            await chat_setup.next_policy(session, chat_id)


async def _try_out(
    session: AsyncSession, now: datetime, message: Message, t: Translator, name: str
) -> str:
    app = await chat_setup.first_app_of(session, message.chat.id, thread_of(message))
    if app is None:
        return t("Choose first whose cards come here")
    receipt = await report_trial(
        session,
        now,
        app,
        title=t("Test card"),
        message=t("%(name)s wants to see whether cards come here. Press a button.", name=name),
    )
    if receipt is None:
        return t("Choose first whose cards come here")
    return t("The test card is #%(number)s of %(app)s", number=receipt.incident_id, app=app.name)
