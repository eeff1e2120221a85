"""Chats that stand in for one that gets nothing: another chat of the app, else the default chats,
else the private chats of the admins.

What is bad, open, and has cards in disabled chats only gets a card in each stand-in, at once and
for what opens later; the stand-ins are told once per outage why.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import facts
from core.chats import ChatDefaults, ensure_chat
from core.db import dialect_of, ring_after_commit
from core.delivery import insert_cards, new_card
from core.levels import Level
from core.lifecycle import Status
from core.models import AppChat, Card, Chat, Incident, Person
from core.notices import add_notice
from core.remedies import Trouble
from core.roles import Role
from core.urgency import Urgency

ADMINS = "admins"
NOTICE_KIND = "stand_in"
MAX_RAISED = 50
MAX_APPS = 50
MAX_ADMINS = 20
WORTH_RAISING = Level.error

_SERVED = Chat.disabled_at.is_(None)


async def set_admins(session: AsyncSession, admins: Iterable[int]) -> None:
    """Keep whom to write to when no chat is left; by their Telegram ids."""
    await facts.remember(session, ADMINS, " ".join(map(str, admins)))


async def tell(
    session: AsyncSession, now: datetime, chat_id: int, trouble: Trouble, *, outage: datetime
) -> None:
    """Write to every stand-in of a chat what is wrong with it, once per outage."""
    chat = await session.get_one(Chat, chat_id, populate_existing=True)
    apps = await _apps_of(session, chat_id)
    if not apps and not chat.is_default:
        return
    whose = [*apps, None] if chat.is_default else apps
    targets = {target for app in whose for target in await _stand_ins(session, app, chat_id)}
    data = {"chat": chat_id, "trouble": trouble, "until": outage.isoformat()}
    for target in sorted(targets):
        key = f"{NOTICE_KIND}:{chat_id}:{trouble}:{outage.isoformat()}:{target}"
        await add_notice(session, now, target, NOTICE_KIND, key, data, urgency=Urgency.page)


async def show_open(session: AsyncSession, now: datetime) -> int:
    """Give what is bad, open and seen nowhere a card in its stand-ins; returns how many cards."""
    if await session.scalar(select(Chat.id).where(~_SERVED).limit(1)) is None:
        return 0
    rows = []
    stand_ins: dict[int, Sequence[int]] = {}
    for incident_id, app_id in await _unseen(session):
        if app_id not in stand_ins:
            stand_ins[app_id] = await _stand_ins(session, app_id)
        rows += [new_card(incident_id, target, now, Urgency.page) for target in stand_ins[app_id]]
    if rows:
        await session.execute(insert_cards(dialect_of(session)), rows)
        ring_after_commit(session)
    return len(rows)


def is_shown_in(chat_id: int) -> ColumnElement[bool]:
    """Whether an incident has a card in a chat."""
    return select(Card.id).where(Card.incident_id == Incident.id, Card.chat_id == chat_id).exists()


def bad_and_open_in(chat_id: int) -> ColumnElement[bool]:
    """Whether an incident is worth raising and has a card in this chat."""
    bad = (Incident.status == Status.open) & (Incident.level >= WORTH_RAISING)
    return bad & is_shown_in(chat_id)


async def _unseen(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """List (incident, app) of what has cards in disabled chats only, the worst first."""
    cards = select(Card.id).join(Chat, Chat.id == Card.chat_id)
    of_incident = cards.where(Card.incident_id == Incident.id).correlate(Incident)
    query = (
        select(Incident.id, Incident.app_id)
        .where(
            Incident.status == Status.open,
            Incident.level >= WORTH_RAISING,
            of_incident.where(~_SERVED).exists(),
            ~of_incident.where(_SERVED).exists(),
        )
        .order_by(Incident.level.desc(), Incident.id)
        .limit(MAX_RAISED)
    )
    return [(row.id, row.app_id) for row in await session.execute(query)]


async def _apps_of(session: AsyncSession, chat_id: int) -> Sequence[int]:
    query = select(AppChat.app_id).where(AppChat.chat_id == chat_id)
    return (await session.scalars(query.order_by(AppChat.app_id).limit(MAX_APPS))).all()


async def _stand_ins(
    session: AsyncSession, app_id: int | None, besides: int | None = None
) -> Sequence[int]:
    """List where an app's incidents can be raised; None is an app without routes."""
    routes = select(AppChat.chat_id).where(AppChat.app_id == app_id)
    for those in (Chat.id.in_(routes), Chat.is_default):
        query = select(Chat.id).where(those, _SERVED).order_by(Chat.id)
        found = [chat for chat in await session.scalars(query) if chat != besides]
        if found:
            return found
    return [chat for chat in await _private_chats_of_admins(session) if chat != besides]


async def _private_chats_of_admins(session: AsyncSession) -> Sequence[int]:
    """A private chat has the id of its person; whoever never started the bot, refuses us."""
    ids = await _admins(session)
    model = await session.scalar(select(Chat).order_by(Chat.is_default.desc(), Chat.id).limit(1))
    defaults = ChatDefaults(model.locale, model.time_zone) if model else ChatDefaults("en", "UTC")
    chats = [await ensure_chat(session, admin, defaults) for admin in ids]
    for chat in chats:
        chat.kind = chat.kind or "private"
    await session.flush()
    return [chat.id for chat in chats if chat.disabled_at is None]


async def _admins(session: AsyncSession) -> Sequence[int]:
    """List the Telegram ids of the admins, by the settings or by their role."""
    configured = [int(admin) for admin in (await facts.recall(session, ADMINS) or "").split()]
    named = select(Person.telegram_id).where(Person.role == Role.admin)
    ids = {*configured, *(await session.scalars(named.limit(MAX_ADMINS)))}
    return sorted(admin for admin in ids if admin and admin > 0)[:MAX_ADMINS]
