"""Rows for scenes: an app with a code, an incident with its report, timeline, logs and cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core import apps, delivery, logs, timeline
from core.chat_rights import ChatRight
from core.chats import ChatDefaults, ensure_chat
from core.db import hour_of
from core.levels import Level
from core.lifecycle import Status
from core.models import App, Card, HourlyCount, Incident, Log, Person, Report
from core.people import ensure_person
from core.reports import fingerprint_of, search_text_of
from core.timeline import Actor, Kind, Source
from core.urgency import urgency_of_new

OPS = -1001
DEFAULTS = ChatDefaults(locale="en", time_zone="UTC")


@dataclass(frozen=True)
class Scene:
    """Alice is on call, Bob is in the team, Charlie is a stranger."""

    alice: Person
    bob: Person
    charlie: Person
    shop: App
    code: str


async def make_scene(session: AsyncSession, now: datetime) -> Scene:
    """Write the cast, the app Shop, and the default chat Ops."""
    chat = await ensure_chat(session, OPS, DEFAULTS)
    chat.is_default, chat.title, chat.rights = True, "Ops", list(ChatRight)
    new = await apps.register(session, now, "Shop")
    alice, bob, charlie = [
        await ensure_person(session, now, telegram_id, name)
        for telegram_id, name in ((101, "Alice"), (102, "Bob"), (103, "Charlie"))
    ]
    return Scene(alice, bob, charlie, new.app, new.code)


def actor_of(person: Person, source: Source = Source.telegram) -> Actor:
    return Actor(person.name, source, person.id)


async def make_incident(
    session: AsyncSession,
    now: datetime,
    app: App,
    title: str = "Payment failed",
    *,
    message: str = "The bank did not answer",
    level: Level = Level.error,
    lines: Sequence[str] = ("first line", "second line"),
    tags: dict[str, str] | None = None,
) -> Incident:
    """Open an incident as one report would have, with a card in each of its app's chats."""
    incident = Incident(
        app_id=app.id,
        fingerprint=fingerprint_of(title, message),
        status=Status.open,
        level=level,
        level_edited=False,
        title=title,
        message=message,
        count=1,
        opened_at=now,
        last_seen_at=now,
        search_text=search_text_of(title, message),
    )
    session.add(incident)
    await session.flush()
    await add_report(session, now, incident, lines=lines, tags=tags)
    timeline.append(session, incident.id, now, Kind.opened, Actor(app.name, Source.app))
    for chat in await delivery.chats_of(session, app.id):
        card = delivery.new_card(incident.id, chat.id, now, urgency_of_new(level))
        session.add(Card(**card))
    await session.flush()
    return incident


async def add_report(
    session: AsyncSession,
    now: datetime,
    incident: Incident,
    *,
    lines: Sequence[str] = (),
    tags: dict[str, str] | None = None,
    source: str = "app.log",
) -> Report:
    """Add one report to an incident, without touching the incident's own counters."""
    report = Report(
        app_id=incident.app_id,
        incident_id=incident.id,
        uid=uuid4(),
        level=incident.level,
        title=incident.title,
        message=incident.message,
        tags=tags,
        context=None,
        dropped=0,
        occurred_at=now,
        received_at=now,
    )
    session.add(report)
    await session.flush()
    session.add(
        Log(
            report_id=report.id,
            app_id=incident.app_id,
            source=source,
            truncated=False,
            note="",
            body=logs.pack("\n".join(lines)),
        )
    )
    hour = hour_of(now)
    key = {
        "hour_at": hour,
        "app_id": incident.app_id,
        "level": incident.level,
        "incident_id": incident.id,
    }
    counted = await session.get(HourlyCount, key)
    if counted:
        counted.count += 1
    else:
        session.add(HourlyCount(**key, count=1))
    await session.flush()
    return report
