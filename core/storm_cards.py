"""What a storm's card shows, counted from the cards it went through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.levels import Level
from core.lifecycle import UNRESOLVED
from core.models import App, Card, Incident, Silence, Storm

TOP_APPS = 5


@dataclass(frozen=True, slots=True)
class StormCard:
    """What a storm's card shows: how many incidents came, how many wait for a card of their own."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    total: int
    unresolved: int
    hidden: int
    level: Level
    apps: Sequence[tuple[str, int]]


async def storm_card(session: AsyncSession, storm: Storm) -> StormCard:
    """Count what a storm brought."""
    unresolved = Incident.status.in_(UNRESOLVED)
    mine = Card.storm_id == storm.id
    counts = (
        select(
            func.count(),
            func.count().filter(unresolved),
            func.count().filter(and_(unresolved, Card.absorbed)),
            func.max(Incident.level),
        )
        .select_from(Card)
        .join(Incident, Incident.id == Card.incident_id)
        .where(mine)
    )
    total, still, hidden, level = (await session.execute(counts)).one()
    by_app = (
        select(App.name, func.count().label("cards"))
        .select_from(Card)
        .join(Incident, Incident.id == Card.incident_id)
        .join(App, App.id == Incident.app_id)
        .where(mine)
        .group_by(App.name)
        .order_by(func.count().desc(), App.name)
        .limit(TOP_APPS)
    )
    apps = [(name, count) for name, count in (await session.execute(by_app)).all()]
    return StormCard(
        id=storm.id,
        began_at=storm.began_at,
        ended_at=storm.ended_at,
        total=total,
        unresolved=still,
        hidden=hidden,
        level=Level(level or Level.warning),
        apps=apps,
    )


async def sounding_level(session: AsyncSession, now: datetime, storm: Storm) -> Level | None:
    """Find the worst level a storm brought of apps that are not silenced; None if all are."""
    silenced = select(Silence.app_id).where(Silence.silent_until > now)
    worst = (
        select(func.max(Incident.level))
        .select_from(Card)
        .join(Incident, Incident.id == Card.incident_id)
        .where(Card.storm_id == storm.id, Incident.app_id.not_in(silenced))
    )
    return (await session.scalars(worst)).one()
