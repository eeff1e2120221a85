"""What must be so after a storm: nothing lost, every card exact, no duplicate without a cause."""

from collections.abc import Iterable
from itertools import pairwise
from uuid import UUID

from sqlalchemy import func, select

from benchmarks.far_side import CardMessage, FarSide, Shown
from benchmarks.storm_traffic import Traffic
from core.db import Database
from core.lifecycle import UNRESOLVED
from core.models import Card, Incident, Report

# A create is unknown from its call to the commit of its result; a kill lies in between.
UNKNOWN_SECONDS = 3.0
MARGIN_SECONDS = 0.5


async def lost_reports(database: Database, traffic: Traffic) -> int:
    """Count the reports that were answered 202 and are not there, or not counted once."""
    async with database.reading() as session:
        stored = set((await session.scalars(select(Report.uid))).all())
        counted = await session.scalar(select(func.sum(Incident.count))) or 0
    missing = _uids(traffic) - stored
    return len(missing) + abs(len(stored) - counted)


async def inexact_cards(database: Database, far_side: FarSide) -> int:
    """Count the cards of unresolved incidents that are missing or say something else.

    One that a storm has absorbed is not missing: the storm's own card stands for it. Of messages
    whose create a kill left unknown the one that is known counts; the others are duplicates.
    """
    query = (
        select(Incident.id, Incident.count, Incident.status, Card.chat_id, Card.message_id)
        .join(Card, Card.incident_id == Incident.id)
        .where(Incident.status.in_(UNRESOLVED), Card.absorbed.is_(False))
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    return sum(
        not _says(far_side.cards.get((chat_id, message_id or 0)), Shown(number, count, status))
        for number, count, status, chat_id, message_id in rows
    )


async def absorbed_cards(database: Database) -> int:
    async with database.reading() as session:
        query = select(func.count()).select_from(Card).where(Card.absorbed)
        return await session.scalar(query) or 0


def duplicates(far_side: FarSide, traffic: Traffic) -> tuple[int, int]:
    """Count the second cards of an incident in a chat: all, and those that no kill explains."""
    replaced = [first for cards in far_side.by_incident().values() for first, _ in pairwise(cards)]
    unexplained = sum(not _explained(first, traffic.kills) for first in replaced)
    return len(replaced), unexplained


def _says(card: CardMessage | None, wanted: Shown) -> bool:
    return card is not None and not card.deleted and card.now == wanted


def _explained(first: CardMessage, kills: Iterable[float]) -> bool:
    return any(
        -MARGIN_SECONDS <= killed_at - first.created_at <= UNKNOWN_SECONDS for killed_at in kills
    )


def _uids(traffic: Traffic) -> set[UUID]:
    return {accepted.uid for accepted in traffic.accepted}
