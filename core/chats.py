"""The chats we know, and where each speaks which language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.db import dialect_of, insert_into
from core.errors import InvalidInput, NotFound
from core.i18n import LOCALES
from core.lanes import ensure_lane
from core.levels import level_of
from core.models import App, AppChat, Chat
from core.roles import Policy

DEFAULT_CHATS = "default_chats"


@dataclass(frozen=True, slots=True)
class ChatDefaults:
    """The language and zone of a chat nobody has set up yet."""

    locale: str
    time_zone: str


async def ensure_chat(session: AsyncSession, chat_id: int, defaults: ChatDefaults) -> Chat:
    """Find a chat, or write it down for the first time."""
    if not -(2**52) < chat_id < 2**52:
        raise InvalidInput("chat", "a chat id has at most 52 bits")
    new = insert_into(Chat, dialect_of(session)).values(
        id=chat_id,
        locale=defaults.locale,
        time_zone=defaults.time_zone,
        title="",
        kind="",
        is_default=False,
        policy=Policy.anyone,
    )
    await session.execute(new.on_conflict_do_nothing(index_elements=["id"]))
    await ensure_lane(session, chat_id)
    return await session.get_one(Chat, chat_id)


async def remember_move(session: AsyncSession, old_id: int, new_id: int) -> None:
    await facts.remember(session, _move_of(old_id), str(new_id))


async def id_today(session: AsyncSession, chat_id: int) -> int:
    """Find the id of a chat that may have had another one when it was named."""
    return int(await facts.recall(session, _move_of(chat_id)) or chat_id)


def _move_of(old_id: int) -> str:
    return f"chat {old_id} became"


async def set_default_chats(
    session: AsyncSession, chat_ids: Sequence[int], defaults: ChatDefaults
) -> list[Chat]:
    """Make these the chats of every app that has no route of its own.

    Those of the last call that are not named any more go; what people chose in a chat stays.
    """
    today = [await id_today(session, chat_id) for chat_id in chat_ids]
    named = (await facts.recall(session, DEFAULT_CHATS) or "").split()
    before = {await id_today(session, int(chat_id)) for chat_id in named}
    gone = Chat.id.in_(before.difference(today))
    await session.execute(update(Chat).where(gone).values(is_default=False))
    chats = [await ensure_chat(session, chat_id, defaults) for chat_id in today]
    for chat in chats:
        chat.is_default = True
    await facts.remember(session, DEFAULT_CHATS, " ".join(map(str, today)))
    await session.flush()
    return chats


async def set_routes(
    session: AsyncSession, app_id: int, chat_ids: Sequence[int], defaults: ChatDefaults
) -> None:
    """Send an app's cards to just these chats; none means the default chats."""
    routes = (await session.scalars(select(AppChat).where(AppChat.app_id == app_id))).all()
    for route in routes:
        if route.chat_id not in chat_ids:
            await session.delete(route)
    known = {route.chat_id for route in routes}
    for chat_id in dict.fromkeys(chat_ids):
        if chat_id not in known:
            await ensure_chat(session, chat_id, defaults)
            route_to = insert_into(AppChat, dialect_of(session))
            route_to = route_to.values(app_id=app_id, chat_id=chat_id)
            await session.execute(
                route_to.on_conflict_do_nothing(index_elements=["app_id", "chat_id"])
            )
    await session.flush()


async def routes_of(session: AsyncSession, app_id: int) -> Sequence[int]:
    """List the ids of an app's own chats; empty when it uses the default ones."""
    query = select(AppChat.chat_id).where(AppChat.app_id == app_id).order_by(AppChat.chat_id)
    return (await session.scalars(query)).all()


async def all_chats(session: AsyncSession) -> Sequence[Chat]:
    return (await session.scalars(select(Chat).order_by(Chat.id))).all()


async def apps_by_chat(session: AsyncSession) -> Mapping[int, Sequence[str]]:
    """List the names of the apps in use that have a route to each chat."""
    query = (
        select(AppChat.chat_id, App.name)
        .join(App, App.id == AppChat.app_id)
        .where(App.archived_at.is_(None))
        .order_by(App.name)
    )
    names: dict[int, list[str]] = {}
    for chat_id, name in await session.execute(query):
        names.setdefault(chat_id, []).append(name)
    return names


async def find_chat(session: AsyncSession, chat_id: int) -> Chat:
    """Find a chat. Raises NotFound."""
    chat = await session.get(Chat, chat_id)
    if chat is None:
        raise NotFound("chat", chat_id)
    return chat


async def edit_chat(
    session: AsyncSession, chat_id: int, *, locale: str, time_zone: str, loud_from: str
) -> Chat:
    """Change how we speak in a chat, and from which level on loudly.

    Raises NotFound, InvalidInput.
    """
    chat = await find_chat(session, chat_id)
    if locale not in LOCALES:
        raise InvalidInput("locale", "not a language of ours")
    if time_zone not in available_timezones():
        raise InvalidInput("time_zone", "not a time zone name such as Europe/Moscow")
    level = level_of(loud_from)
    if level is None:
        raise InvalidInput("loud_from", "not a level")
    chat.locale, chat.time_zone, chat.loud_from = locale, time_zone, level
    await session.flush()
    return chat
