"""The intake's own statements: everything one batch reads and writes, made once per database."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Dialect,
    Integer,
    Select,
    SmallInteger,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import InstrumentedAttribute

from core.bulk import Bulk, Query, among, as_list
from core.db import insert_into
from core.delivery import insert_cards
from core.levels import Level
from core.models import App, AppChat, Card, Chat, Entry, HourlyCount, Incident, Log, Report
from core.wishes import wished

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
LOG = ("report_id", "app_id", "source", "truncated", "note", "body")
COUNT = ("hour_at", "app_id", "level", "incident_id", "count")
ENTRY = ("incident_id", "at", "kind", "source", "actor", "data")
CARD = (
    "incident_id",
    "chat_id",
    "wanted_revision",
    "shown_revision",
    "attempts",
    "due_at",
    "urgency",
)
WANTED = ("of_incident", "new_urgency")
GROWN = ("of_id", "more", "seen_at", "new_level")


Rows = list[tuple[Any, ...]]


class AppState(NamedTuple):
    """What a batch must know of an app."""

    lowest_level: Level
    archived: bool


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
        self.wanted = Bulk(_WANTED, WANTED, dialect)
        self._apps = self._query(_APPS, App.id)
        self._repeated = self._query(_REPEATED, Report.uid)
        self._unresolved = self._query(_UNRESOLVED, Incident.fingerprint)
        self._past = self._query(_PAST, Incident.fingerprint)
        self._routes = self._query(_ROUTES, AppChat.app_id)
        self._defaults = Query(_DEFAULTS, (), dialect)
        self._next_ids = {table: _next_ids(table, dialect) for table in _LAST_ID}

    def apps(self, cursor: DBAPICursor, ids: Iterable[int]) -> dict[int, AppState]:
        """Read what the batch must know of these apps."""
        rows = self._apps.run(cursor, as_list(list(ids), self._dialect))
        return {app_id: AppState(lowest, archived) for app_id, lowest, archived in rows}

    def repeated(self, cursor: DBAPICursor, uids: Sequence[UUID]) -> Rows:
        """Read (app_id, uid, incident_id, status, count) of the reports that are there already."""
        if not uids:
            return []
        given = list(uids) if self._dialect.name == "postgresql" else [uid.hex for uid in uids]
        return self._repeated.run(cursor, as_list(given, self._dialect))  # type: ignore[arg-type]  # UUIDs where they are native

    def unresolved(self, cursor: DBAPICursor, fingerprints: Sequence[str]) -> Rows:
        """Read (app_id, fingerprint, id, status, level, level_edited, count), of any app."""
        return self._unresolved.run(cursor, as_list(fingerprints, self._dialect))

    def past(self, cursor: DBAPICursor, fingerprints: Sequence[str]) -> Rows:
        """Read (app_id, fingerprint, id) of the newest resolved incident of each fingerprint."""
        return self._past.run(cursor, as_list(fingerprints, self._dialect))

    def chats(self, cursor: DBAPICursor, app_ids: Iterable[int]) -> dict[int, list[int]]:
        """Read the chats of apps: their own, else the default ones."""
        chats: dict[int, list[int]] = {app_id: [] for app_id in app_ids}
        for app_id, chat_id in self._routes.run(cursor, as_list(list(chats), self._dialect)):
            chats[app_id].append(chat_id)
        defaults = [chat_id for (chat_id,) in self._defaults.run(cursor)]
        return {app_id: own or defaults for app_id, own in chats.items()}

    def next_ids(self, cursor: DBAPICursor, table: str, count: int) -> Sequence[int]:
        """Take so many new row numbers of a table."""
        if self._dialect.name == "postgresql":
            return [number for (number,) in self._next_ids[table].run(cursor, count)]
        # The transaction is IMMEDIATE: nobody else can take these numbers.
        last = self._next_ids[table].run(cursor)[0][0] or 0
        return range(last + 1, last + 1 + count)

    def _query(self, statement: Any, column: InstrumentedAttribute[Any]) -> Query:
        return Query(
            statement.where(among(column, "list", self._dialect)), ("list",), self._dialect
        )


_LAST_ID: dict[str, Select[Any]] = {
    "incidents": select(func.max(Incident.id)),
    "reports": select(func.max(Report.id)),
}

_APPS = select(App.id, App.lowest_level, App.archived_at.is_not(None))

_REPEATED = select(
    Report.app_id, Report.uid, Report.incident_id, Incident.status, Incident.count
).join(Incident, Incident.id == Report.incident_id)

# The status stands in the text, not in a parameter: else the partial index is no use.
_UNRESOLVED = (
    select(
        Incident.app_id,
        Incident.fingerprint,
        Incident.id,
        Incident.status,
        Incident.level,
        Incident.level_edited,
        Incident.count,
    )
    .where(Incident.status != literal_column("'resolved'"))
    .order_by(Incident.id)
    .with_for_update()
)

_PAST = (
    select(Incident.app_id, Incident.fingerprint, func.max(Incident.id))
    .where(Incident.status == literal_column("'resolved'"))
    .group_by(Incident.app_id, Incident.fingerprint)
)

_ROUTES = select(AppChat.app_id, AppChat.chat_id)

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
    .values(wished(bindparam("new_urgency", type_=SmallInteger)))
)


def _counted(dialect: Dialect) -> Any:
    statement = insert_into(HourlyCount, dialect.name)
    return statement.on_conflict_do_update(
        index_elements=list(COUNT[:4]),
        set_={"count": HourlyCount.count + statement.excluded.count},
    )


def _next_ids(table: str, dialect: Dialect) -> Query:
    if dialect.name != "postgresql":
        return Query(_LAST_ID[table], (), dialect)
    numbers = func.generate_series(literal_column("1"), bindparam("count", type_=Integer))
    next_id = select(func.nextval(literal_column(f"'{table}_id_seq'")).label("id"))
    return Query(next_id.select_from(numbers), ("count",), dialect)
