"""What people do to incidents. Each call belongs to the caller's transaction and never commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core import delivery, timeline
from core.errors import IllegalAction, InvalidInput, NotFound
from core.levels import Level
from core.lifecycle import TARGET, UNRESOLVED, Action, Status, next_status
from core.models import App, Entry, Incident, Person
from core.reports import search_text_of
from core.timeline import KIND_OF_ACTION, Actor, Kind

SNOOZE = timedelta(hours=1)
REFUSED_AGAIN = timedelta(hours=1)
MAX_SNOOZE = timedelta(days=31)
LATE = timedelta(seconds=60)
COMMENT_CHARS = 4000
TITLE_CHARS = 1000


class Refusal(StrEnum):
    """Why an action that the status allows was still not done."""

    newer_open = "newer_open"
    too_late = "too_late"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action came to; nobody's mistake, so never an exception.

    `entry` is the fact behind the present status: this action's own when `changed`, else that of
    whoever was first. `newer` is the incident that stands in the way of a reopen.
    """

    incident: Incident
    action: Action
    changed: bool
    entry: Entry
    refusal: Refusal | None = None
    newer: int | None = None

    @property
    def as_wanted(self) -> bool:
        """Whether the incident is now as the action would have made it."""
        return self.incident.status is TARGET[self.action]


@dataclass(frozen=True, slots=True)
class Changes:
    """An edit by a person; None leaves a field as it is, `assignee_id=0` takes the assignee off."""

    title: str | None = None
    level: Level | None = None
    app_id: int | None = None
    assignee_id: int | None = None


async def find(session: AsyncSession, incident_id: int, *, lock: bool = False) -> Incident:
    """Load an incident with its app and assignee.

    Raises NotFound. `lock` keeps others from changing it until the transaction ends; on SQLite
    a writing transaction already does.
    """
    if not 0 < incident_id < 2**63:
        raise NotFound("incident", incident_id)
    query = (
        select(Incident)
        .where(Incident.id == incident_id)
        .options(joinedload(Incident.app), joinedload(Incident.assignee))
        .execution_options(populate_existing=True)
    )
    if lock:
        # First the lock alone: what is joined to a row that others change would be the old.
        await session.execute(
            select(Incident.id).where(Incident.id == incident_id).with_for_update()
        )
    incident = (await session.scalars(query)).one_or_none()
    if incident is None:
        raise NotFound("incident", incident_id)
    return incident


async def act(
    session: AsyncSession,
    now: datetime,
    incident_id: int,
    action: Action,
    actor: Actor,
    *,
    snooze_for: timedelta = SNOOZE,
    reopen_window: timedelta | None = None,
    pressed_at: datetime | None = None,
) -> Outcome:
    """Do one action, once: of two people at once the second is told what the first did.

    What was `pressed_at` a moment that is LATE acknowledges at most, once others went on.
    Raises NotFound for an incident that does not exist, InvalidInput for a snooze that is not
    between one minute and 31 days.
    """
    if action is Action.snooze and not timedelta(minutes=1) <= snooze_for <= MAX_SNOOZE:
        raise InvalidInput("seconds", "a snooze lasts from 60 to 2678400 seconds")
    incident = await find(session, incident_id, lock=True)
    last = await timeline.last_status_entry(session, incident_id)
    status = next_status(incident.status, action)
    if status is None or _is_overtaken(action, last, now, pressed_at):
        return Outcome(incident, action, changed=False, entry=last)
    if incident.status is Status.resolved:
        refusal, newer = await _reopen_refusal(session, incident, now - last.at, reopen_window)
        if refusal:
            return Outcome(incident, action, False, last, refusal, newer)
    until = now + snooze_for if status is Status.snoozed else None
    if not await _apply(session, incident, status, until, actor):
        newer = await _unresolved(session, incident.app_id, incident.fingerprint)
        return Outcome(incident, action, False, last, Refusal.newer_open, newer)
    data = {"until": until.isoformat()} if until else None
    entry = timeline.append(session, incident_id, now, KIND_OF_ACTION[action], actor, data)
    await delivery.want(session, now, incident_id)
    return Outcome(incident, action, changed=True, entry=entry)


async def comment(
    session: AsyncSession, now: datetime, incident_id: int, actor: Actor, text: str
) -> Entry:
    """Add a comment to the timeline. Raises NotFound, InvalidInput."""
    text = text.replace("\0", "").strip()
    if not 1 <= len(text) <= COMMENT_CHARS:
        raise InvalidInput("text", f"a comment has 1 to {COMMENT_CHARS} characters")
    await find(session, incident_id)
    entry = timeline.append(session, incident_id, now, Kind.commented, actor, {"text": text})
    await session.flush()
    return entry


async def edit(
    session: AsyncSession, now: datetime, incident_id: int, actor: Actor, changes: Changes
) -> Incident:
    """Change what a person may change; one entry names each field with its old and new value.

    Raises NotFound, InvalidInput; IllegalAction when the other app already has such an incident.
    """
    incident = await find(session, incident_id, lock=True)
    told: dict[str, list[str | None]] = {}
    title = incident.title if changes.title is None else _checked_title(changes.title)
    if title != incident.title:
        told["title"] = [incident.title, _retitle(incident, title)]
    if changes.level is not None and changes.level != incident.level:
        told["level"] = [incident.level.name, changes.level.name]
        incident.level, incident.level_edited = changes.level, True
    if changes.app_id is not None and changes.app_id != incident.app_id:
        told["app"] = [incident.app.name, await _move(session, now, incident, changes.app_id)]
    if changes.assignee_id is not None and (changes.assignee_id or None) != incident.assignee_id:
        told["assignee"] = await _assign(session, incident, changes.assignee_id or None)
    if told:
        timeline.append(session, incident_id, now, Kind.edited, actor, told)
        await session.flush()
        await delivery.want(session, now, incident_id)
    return await find(session, incident_id)


async def refuse(session: AsyncSession, now: datetime, incident_id: int, actor: Actor) -> None:
    """Record that somebody without the right tried to act on an existing incident.

    Once an hour for each of them: a stranger who goes on pressing must not hide the rest.
    """
    lately = select(Entry.id).where(
        Entry.incident_id == incident_id,
        Entry.kind == Kind.refused,
        Entry.actor == actor.name[:130],
        Entry.at > now - REFUSED_AGAIN,
    )
    if (await session.scalars(lately.limit(1))).first():
        return
    if await session.get(Incident, incident_id):
        timeline.append(session, incident_id, now, Kind.refused, actor)
        await session.flush()


def _is_overtaken(action: Action, last: Entry, now: datetime, pressed_at: datetime | None) -> bool:
    """Tell whether somebody went on while this was on its way; to acknowledge can't hurt."""
    late = pressed_at is not None and now - pressed_at > LATE and last.at > pressed_at
    return late and action is not Action.acknowledge


async def _apply(
    session: AsyncSession,
    incident: Incident,
    status: Status,
    until: datetime | None,
    actor: Actor,
) -> bool:
    """Change an incident; False when one of its kind has opened meanwhile."""
    incident_id, assignee = incident.id, incident.assignee
    if status is Status.acknowledged and actor.person_id:
        assignee = await session.get(Person, actor.person_id)
    elif status is Status.open:
        assignee = None
    try:
        # Changed inside: what was changed before would be flushed ahead of the savepoint.
        async with session.begin_nested():
            incident.status, incident.snoozed_until, incident.assignee = status, until, assignee
    except IntegrityError:
        await find(session, incident_id)
        return False
    return True


async def _reopen_refusal(
    session: AsyncSession, incident: Incident, age: timedelta, window: timedelta | None
) -> tuple[Refusal | None, int | None]:
    if window is not None and age > window:
        return Refusal.too_late, None
    newer = await _unresolved(session, incident.app_id, incident.fingerprint)
    return (Refusal.newer_open, newer) if newer else (None, None)


async def _unresolved(session: AsyncSession, app_id: int, fingerprint: str) -> int | None:
    same = select(Incident.id).where(
        Incident.app_id == app_id,
        Incident.fingerprint == fingerprint,
        Incident.status.in_(UNRESOLVED),
    )
    return (await session.scalars(same)).one_or_none()


def _checked_title(title: str) -> str:
    title = title.replace("\0", "").strip()
    if not 1 <= len(title) <= TITLE_CHARS:
        raise InvalidInput("title", f"a title has 1 to {TITLE_CHARS} characters")
    return title


def _retitle(incident: Incident, title: str) -> str:
    incident.title = title
    incident.search_text = search_text_of(title, incident.message)
    return title


async def _move(session: AsyncSession, now: datetime, incident: Incident, app_id: int) -> str:
    app = await session.get(App, app_id)
    if app is None:
        raise NotFound("app", app_id)
    incident_id, status, name = incident.id, incident.status, app.name
    fingerprint = incident.fingerprint
    same = await _unresolved(session, app_id, fingerprint)
    if same and status is not Status.resolved:
        raise IllegalAction(status, "move", f"{name} already has it as #{same}")
    try:
        async with session.begin_nested():
            incident.app_id = app_id
    except IntegrityError:
        same = await _unresolved(session, app_id, fingerprint)
        raise IllegalAction(status, "move", f"{name} already has it as #{same}") from None
    await delivery.route(session, now, incident_id, app_id)
    return name


async def _assign(
    session: AsyncSession, incident: Incident, person_id: int | None
) -> list[str | None]:
    person = await session.get(Person, person_id) if person_id else None
    if person_id and person is None:
        raise NotFound("person", person_id)
    before = incident.assignee.name if incident.assignee else None
    incident.assignee = person
    return [before, person.name if person else None]
