"""The menus of a card: open, turn a page, go back, and their choices to snooze and to assign.

What a card's keyboard shows is part of the card: the messenger draws it, here it is only wanted.
"""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot import toasts
from bot.answers import Answer
from bot.callbacks import AssignPress, MenuPress, SnoozePress
from bot.handlers_presses import act_and_tell, gone_answers
from bot.zones import zone_of
from core import incidents
from core.errors import NotFound
from core.i18n import Translator
from core.incidents import Changes
from core.lifecycle import Action, Status
from core.menus import close_menu, open_menu
from core.models import Person
from core.settings import Settings
from core.timeline import Actor, Source


def menus_router() -> Router:
    router = Router(name="menus")
    router.callback_query.register(press_menu, MenuPress.filter())
    router.callback_query.register(press_snooze, SnoozePress.filter())
    router.callback_query.register(press_assign, AssignPress.filter())
    return router


async def press_menu(
    query: CallbackQuery,
    callback_data: MenuPress,
    session: AsyncSession,
    now: datetime,
    t: Translator,
) -> list[Answer]:
    """Open a menu, turn its page, or go back to the first level."""
    try:
        incident = await incidents.find(session, callback_data.incident_id)
    except NotFound:
        return gone_answers(query, t)
    if incident.status is Status.resolved:
        return [query.answer(toasts.over(t))]
    chat_id = chat_id_of(query)
    if callback_data.menu is None:
        await close_menu(session, now, incident.id, chat_id)
    else:
        menu, page = callback_data.menu, callback_data.page
        await open_menu(session, now, incident.id, chat_id, menu, page)
    return [query.answer()]


async def press_snooze(
    query: CallbackQuery,
    callback_data: SnoozePress,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
    pressed_at: datetime,
) -> list[Answer]:
    """Snooze for what was chosen; the morning is that of the chat's time zone."""
    incident_id, chat_id = callback_data.incident_id, chat_id_of(query)
    zone = await zone_of(session, chat_id, person, settings)
    length = callback_data.choice.until(now, zone) - now
    try:
        toast = await act_and_tell(
            session, now, person, t, settings, pressed_at, incident_id, Action.snooze, length
        )
    except NotFound:
        return gone_answers(query, t)
    await close_menu(session, now, incident_id, chat_id)
    return [query.answer(toast)]


async def press_assign(
    query: CallbackQuery,
    callback_data: AssignPress,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
) -> list[Answer]:
    """Give an incident to a person, or to whoever presses."""
    incident_id, person_id = callback_data.incident_id, callback_data.person_id or person.id
    try:
        incident = await incidents.find(session, incident_id, lock=True)
        if incident.status is Status.resolved:
            return [query.answer(toasts.over(t))]
        changed = incident.assignee_id != person_id
        actor = Actor(person.name, Source.telegram, person.id)
        changes = Changes(assignee_id=person_id)
        incident = await incidents.edit(session, now, incident_id, actor, changes)
    except NotFound as error:
        known = error.what != "person"
        return gone_answers(query, t) if known else [query.answer(toasts.outdated(t))]
    await close_menu(session, now, incident_id, chat_id_of(query))
    name = incident.assignee.name if incident.assignee else ""
    told = toasts.assigned(t, name, changed=changed, to_you=person_id == person.id)
    return [query.answer(told)]


def chat_id_of(query: CallbackQuery) -> int:
    """The chat of the pressed button; a button without one shows no card of ours."""
    return query.message.chat.id if query.message else 0
