"""Presses of the buttons: each changes the state at most once, and is told what came of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot import toasts
from bot.answers import Answer
from bot.callbacks import CardPress, ListPress
from bot.open_list import open_list_of
from bot.render import open_list_content
from bot.rights import Right
from bot.whispers import own_message, redrawn
from core import incidents
from core.errors import NotFound
from core.i18n import Translator
from core.incidents import SNOOZE
from core.lifecycle import Action
from core.models import Person
from core.settings import Settings
from core.timeline import Actor, Source


def presses_router() -> Router:
    router = Router(name="presses")
    router.callback_query.register(press_card, CardPress.filter())
    router.callback_query.register(press_list, ListPress.filter())
    router.callback_query.register(press_unknown)
    return router


async def press_card(
    query: CallbackQuery,
    callback_data: CardPress,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
    pressed_at: datetime,
) -> list[Answer]:
    """Act; the card itself is redrawn by the messenger."""
    try:
        toast = await act_and_tell(
            session,
            now,
            person,
            t,
            settings,
            pressed_at,
            callback_data.incident_id,
            callback_data.action,
        )
    except NotFound:
        return gone_answers(query, t)
    return [query.answer(toast)]


async def press_list(
    query: CallbackQuery,
    callback_data: ListPress,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
    pressed_at: datetime,
    right: Right,
) -> list[Answer]:
    """Act, and show the list as it is now."""
    try:
        toast = await act_and_tell(
            session,
            now,
            person,
            t,
            settings,
            pressed_at,
            callback_data.incident_id,
            callback_data.action,
        )
    except NotFound:
        toast = toasts.gone(t)
    open_list = await open_list_of(session, now, settings.base_url, right.scope)
    change = redrawn(query, **open_list_content(open_list, t).as_kwargs())
    return [query.answer(toast), *([change] if change else [])]


async def press_unknown(query: CallbackQuery, t: Translator) -> Answer:
    """Answer a button that this version does not know."""
    return query.answer(toasts.outdated(t))


async def act_and_tell(
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
    pressed_at: datetime,
    incident_id: int,
    action: Action,
    snooze_for: timedelta = SNOOZE,
) -> str:
    """Act for whoever pressed; returns what came of it, for the toast. Raises NotFound."""
    outcome = await incidents.act(
        session,
        now,
        incident_id,
        action,
        Actor(person.name, Source.telegram, person.id),
        snooze_for=snooze_for,
        reopen_window=settings.reopen_window,
        pressed_at=pressed_at,
    )
    return toasts.toast_of(
        outcome,
        t,
        now,
        person_id=person.id,
        zone=ZoneInfo(person.time_zone or settings.timezone),
        reopen_window=settings.reopen_window,
    )


def gone_answers(query: CallbackQuery, t: Translator) -> list[Answer]:
    """Answer a press on what no longer exists, and take the dead buttons away."""
    answers: list[Answer] = [query.answer(toasts.gone(t))]
    if message := own_message(query):
        answers.append(message.edit_reply_markup(reply_markup=None))
    return answers
