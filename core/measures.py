"""How the work stands, in numbers for whoever watches us: the same from every process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import alarms, facts, inbox, rivals
from core.chat_health import health_of
from core.chats import all_chats
from core.dead_letters import count_dead
from core.delivery import SENT_AGAIN
from core.duplicates import FOUND
from core.lifecycle import UNRESOLVED
from core.models import Card, Chat, Incident, Notice, Storm
from core.remedies import Health
from core.wishes import is_pending

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A gauge, or a counter that only grows: its values by their labels."""

    name: str
    says: str
    values: Mapping[Labels, float]
    counts: bool = False


def single(name: str, says: str, value: float, *, counts: bool = False) -> Measure:
    return Measure(name, says, {(): value}, counts)


def labelled(label: str, values: Mapping[str, float]) -> dict[Labels, float]:
    return {((label, name),): value for name, value in values.items()}


async def measures(session: AsyncSession, now: datetime) -> list[Measure]:
    """Read how the work stands."""
    left = await inbox.backlog(session)
    return [
        Measure("incidents", "Unresolved incidents.", await _incidents(session)),
        *await _waiting(session, now),
        Measure("chats", "Chats by what they get.", await _chats(session, now)),
        single("dead_letters", "Cards and notices that were given up.", await count_dead(session)),
        single("updates_waiting", "Updates of Telegram that wait to be handled.", left.waiting),
        single("updates_set_aside", "Updates that could not be handled.", left.set_aside),
        await _counted(session, "messages_sent_again", SENT_AGAIN, "Messages sent twice on doubt."),
        await _counted(session, "duplicate_cards_found", FOUND, "Cards found to be there twice."),
        *await _alarms(session, now),
    ]


async def _incidents(session: AsyncSession) -> dict[Labels, float]:
    query = (
        select(Incident.status, func.count())
        .where(Incident.status.in_(UNRESOLVED))
        .group_by(Incident.status)
    )
    found = {str(status): count for status, count in await session.execute(query)}
    return labelled("status", {str(one): found.get(str(one), 0) for one in UNRESOLVED})


async def _waiting(session: AsyncSession, now: datetime) -> list[Measure]:
    """Count what waits for chats that are served, and for how long the first has waited."""
    # Written as in the partial indexes, which else are of no use.
    kinds: Sequence[tuple[str, Any, ColumnElement[bool]]] = (
        ("card", Card, is_pending(Card) & not_(Card.absorbed)),
        ("storm", Storm, is_pending(Storm)),
        ("notice", Notice, Notice.status == literal_column("'waiting'")),
    )
    counts: dict[str, float] = {}
    ages: dict[str, float] = {}
    for name, kind, waits in kinds:
        query = (
            select(func.count(), func.min(kind.due_at))
            .join(Chat, Chat.id == kind.chat_id)
            .where(waits, Chat.disabled_at.is_(None))
        )
        count, since = (await session.execute(query)).one()
        counts[name] = count
        ages[name] = max(0.0, (now - since).total_seconds()) if since else 0.0
    return [
        Measure("messages_waiting", "What is still to be shown.", labelled("kind", counts)),
        Measure("longest_wait_seconds", "How long the first waits.", labelled("kind", ages)),
    ]


async def _chats(session: AsyncSession, now: datetime) -> dict[Labels, float]:
    found = [health_of(chat, now) for chat in await all_chats(session)]
    return labelled("health", {str(health): found.count(health) for health in Health})


async def _counted(session: AsyncSession, name: str, fact: str, says: str) -> Measure:
    return single(f"{name}_total", says, await facts.count_of(session, fact), counts=True)


async def _alarms(session: AsyncSession, now: datetime) -> list[Measure]:
    refused = await alarms.token_is_refused(session)
    rival = await rivals.rival_seen_at(session, now) is not None
    return [
        single("token_refused", "1 while Telegram does not accept the token.", refused),
        single("rival", "1 while another program takes the bot's updates.", rival),
    ]
