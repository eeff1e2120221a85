"""The intake's own statements: everything one batch reads and writes, made once per database."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.bulk import Bulk, among, as_list
from core.delivery import insert_cards
from core.lifecycle import Status
from core.models import App, AppChat, Card, Chat, Entry, HourlyCount, Incident, Log, Report

INCIDENT = (
    "id",
    "app_id",
    "fingerprint",
    "status",
    "level",
    "level_edited",
    "title",
    "message",
    "count",
    "opened_at",
    "last_seen_at",
    "predecessor_id",
    "search_text",
)
REPORT = (
    "id",
    "app_id",
    "incident_id",
    "uid",
    "level",
    "title",
    "message",
    "tags",
    "context",
    "dropped",
    "occurred_at",
    "received_at",
)
LOG = ("report_id", "app_id", "source", "line_count", "truncated", "note", "body")
COUNT = ("hour_at", "app_id", "level", "incident_id", "count")
ENTRY = ("incident_id", "at", "kind", "source", "actor", "data")
CARD = ("incident_id", "chat_id", "wanted_revision", "shown_revision", "attempts", "due_at")
GROWN = ("of_id", "more", "seen_at", "new_level")


class Statements:
    """What a batch reads, as methods, and what it writes, as `Bulk` statements."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.incidents = Bulk(insert(Incident), INCIDENT, dialect)
        self.reports = Bulk(insert(Report), REPORT, dialect)
        self.logs = Bulk(insert(Log), LOG, dialect)
        self.entries = Bulk(insert(Entry), ENTRY, dialect)
        self.cards = Bulk(insert_cards(dialect.name), CARD, dialect)
        self.counts = Bulk(_counted(dialect), COUNT, dialect)
        self.grown = Bulk(_GROWN, GROWN, dialect)
        self.wanted = Bulk(_WANTED, ("of_incident",), dialect)
        fingerprints = among(Incident.fingerprint, "fingerprints", dialect)
        self._unresolved = _UNRESOLVED.where(fingerprints)
        self._past = _PAST.where(fingerprints)

    def apps(self, connection: Connection, ids: Iterable[int]) -> dict[int, Any]:
        """Read (id, lowest_level, archived_at) of apps."""
        return {row.id: row for row in connection.execute(_APPS, {"ids": list(ids)})}

    def repeated(self, connection: Connection, uids: Sequence[UUID]) -> Iterable[Any]:
        """Read (app_id, uid, incident_id, status, count) of the reports that are there already."""
        return connection.execute(_REPEATED, {"uids": uids}) if uids else ()

    def unresolved(self, connection: Connection, fingerprints: Sequence[str]) -> Iterable[Any]:
        """Read the unresolved incidents under these fingerprints, of whichever app."""
        return connection.execute(self._unresolved, self._parameters(fingerprints))

    def past(self, connection: Connection, fingerprints: Sequence[str]) -> Iterable[Any]:
        """Read (app_id, fingerprint, id) of the newest incident under each fingerprint."""
        return connection.execute(self._past, self._parameters(fingerprints))

    def chats(self, connection: Connection, app_ids: Iterable[int]) -> dict[int, list[int]]:
        """Read the chats of apps: their own, else the default ones."""
        chats: dict[int, list[int]] = {app_id: [] for app_id in app_ids}
        for app_id, chat_id in connection.execute(_ROUTES, {"ids": list(chats)}):
            chats[app_id].append(chat_id)
        defaults = list(connection.execute(_DEFAULTS).scalars())
        return {app_id: own or defaults for app_id, own in chats.items()}

    def next_ids(self, connection: Connection, table: str, count: int) -> Iterable[int]:
        """Take so many new row numbers of a table."""
        if self._dialect.name == "postgresql":
            next_id = select(func.nextval(f"{table}_id_seq"))
            numbers = func.generate_series(1, count)
            return connection.execute(next_id.select_from(numbers)).scalars().all()
        # The transaction is IMMEDIATE: nobody else can take these numbers.
        last = connection.execute(_LAST_ID[table]).scalar() or 0
        return range(last + 1, last + 1 + count)

    def _parameters(self, fingerprints: Sequence[str]) -> dict[str, Any]:
        return {"fingerprints": as_list(fingerprints, self._dialect)}


_LAST_ID = {
    "incidents": select(func.max(Incident.id)),
    "reports": select(func.max(Report.id)),
}

_APPS = select(App.id, App.lowest_level, App.archived_at).where(
    App.id.in_(bindparam("ids", expanding=True))
)

_REPEATED = (
    select(Report.app_id, Report.uid, Report.incident_id, Incident.status, Incident.count)
    .join(Incident, Incident.id == Report.incident_id)
    .where(Report.uid.in_(bindparam("uids", expanding=True)))
)

# The status stands in the text, not in a parameter: else the partial index is no use.
_UNRESOLVED = select(
    Incident.id,
    Incident.app_id,
    Incident.fingerprint,
    Incident.status,
    Incident.level,
    Incident.level_edited,
    Incident.count,
).where(Incident.status != bindparam(None, Status.resolved.value, literal_execute=True))

_PAST = select(Incident.app_id, Incident.fingerprint, func.max(Incident.id).label("id")).group_by(
    Incident.app_id, Incident.fingerprint
)

_ROUTES = select(AppChat.app_id, AppChat.chat_id).where(
    AppChat.app_id.in_(bindparam("ids", expanding=True))
)

_DEFAULTS = select(Chat.id).where(Chat.is_default)

_GROWN = (
    update(Incident)
    .where(Incident.id == bindparam("of_id"))
    .values(
        count=Incident.count + bindparam("more"),
        last_seen_at=bindparam("seen_at"),
        level=bindparam("new_level"),
    )
)

_WANTED = (
    update(Card)
    .where(Card.incident_id == bindparam("of_incident"))
    .values(wanted_revision=Card.wanted_revision + literal_column("1"))
)


def _counted(dialect: Dialect) -> Any:
    make = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement = make(HourlyCount)
    return statement.on_conflict_do_update(
        index_elements=list(COUNT[:4]),
        set_={"count": HourlyCount.count + statement.excluded.count},
    )
