"""The set-up of a chat: whose cards come here or to one of its topics, and who may press."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.chats import find_chat
from core.db import dialect_of, insert_into
from core.errors import NotFound
from core.models import App, AppChat, Chat
from core.roles import Policy
from core.schedules import ensure_schedule

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True)
class SetupApp:
    """An app that can be bound; `elsewhere` when another topic of the chat has it."""

    id: int
    name: str
    bound: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """One page of the apps, one app to show a report of, and how the chat stands."""

    chat: Chat
    thread_id: int | None
    apps: Sequence[SetupApp]
    sample: App | None
    page: int
    pages: int

    @property
    def policy(self) -> Policy:
        return Policy(self.chat.policy)


async def setup_of(
    session: AsyncSession, chat_id: int, thread_id: int | None = None, page: int = 0
) -> Setup:
    """Read the set-up of a chat or one of its topics; a page beyond the end is the last.

    Raises NotFound.
    """
    chat = await find_chat(session, chat_id)
    live = App.archived_at.is_(None)
    count = await session.scalar(select(func.count()).select_from(App).where(live)) or 0
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(page, pages - 1)
    here = (AppChat.app_id == App.id) & (AppChat.chat_id == chat_id)
    query = (
        select(App.id, App.name, AppChat.app_id.is_not(None), AppChat.thread_id)
        .outerjoin(AppChat, here)
        .where(live)
        .order_by(App.name)
        .offset(page * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    apps = [
        SetupApp(app_id, name, routed and thread == thread_id, routed and thread != thread_id)
        for app_id, name, routed, thread in await session.execute(query)
    ]
    sample = await first_app_of(session, chat_id, thread_id)
    return Setup(chat, thread_id, apps, sample, page, pages)


async def toggle_app(
    session: AsyncSession, app_id: int, chat_id: int, thread_id: int | None = None
) -> bool:
    """Bind an app to a chat or topic, or undo it; returns whether it is bound now."""
    route = await session.get(AppChat, (app_id, chat_id), populate_existing=True)
    if route and route.thread_id == thread_id:
        same = (AppChat.app_id == app_id) & (AppChat.chat_id == chat_id)
        await session.execute(delete(AppChat).where(same))
        return False
    if await session.get(App, app_id) is None:
        raise NotFound("app", app_id)
    new = insert_into(AppChat, dialect_of(session))
    new = new.values(app_id=app_id, chat_id=chat_id, thread_id=thread_id)
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["app_id", "chat_id"], set_={"thread_id": thread_id}
        )
    )
    return True


async def set_policy(session: AsyncSession, chat_id: int, policy: Policy) -> None:
    """Choose who may press in a chat. Raises NotFound."""
    (await find_chat(session, chat_id)).policy = policy
    await session.flush()


async def next_policy(session: AsyncSession, chat_id: int) -> None:
    """Choose the next of the policies for a chat, the first after the last. Raises NotFound."""
    policies = list(Policy)
    at = policies.index(Policy((await find_chat(session, chat_id)).policy))
    await set_policy(session, chat_id, policies[(at + 1) % len(policies)])


async def toggle_default(session: AsyncSession, now: datetime, chat_id: int) -> None:
    """Make a chat a default one, with a daily digest, or not any more. Raises NotFound."""
    chat = await find_chat(session, chat_id)
    chat.is_default = not chat.is_default
    if chat.is_default:
        await ensure_schedule(session, now, chat)
    await session.flush()


async def first_app_of(
    session: AsyncSession, chat_id: int, thread_id: int | None = None
) -> App | None:
    """Find an app to try a chat or topic with: one bound there, else one that comes by default."""
    live = select(App).where(App.archived_at.is_(None)).order_by(App.name).limit(1)
    bound = select(AppChat.app_id).where(
        AppChat.chat_id == chat_id, AppChat.thread_id.is_not_distinct_from(thread_id)
    )
    own = (await session.scalars(live.where(App.id.in_(bound)))).first()
    if own or thread_id:
        return own
    chat = await find_chat(session, chat_id)
    routed = select(AppChat.app_id)
    unrouted = live.where(App.id.not_in(routed))
    return (await session.scalars(unrouted)).first() if chat.is_default else None
