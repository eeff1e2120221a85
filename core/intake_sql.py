"""The intake's own statements: everything one batch reads and writes, made once per database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Dialect,
    Integer,
    Select,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import UpdateBase

from core.bulk import Query, among, as_list
from core.changes import Change, Given, Rows, changes_for, insertion
from core.db import insert_into
from core.delivery import insert_cards
from core.levels import Level
from core.models import (
    App,
    AppChat,
    Card,
    Chat,
    Entry,
    HourlyCount,
    Incident,
    Log,
    Origin,
    Raw,
    Report,
)
from core.raises import raise_told
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
RAW = ("id", "format", "hints", "truncated", "body")
ORIGIN = ("report_id", "raw_id")
CARD = (
    "incident_id",
    "chat_id",
    "wanted_revision",
    "shown_revision",
    "attempts",
    "due_at",
    "urgency",
)
WANTED = {"of_incident": Card.incident_id.type, "new_urgency": Card.urgency.type}
GROWN = {
    "of_id": Incident.id.type,
    "more": Incident.count.type,
    "seen_at": Incident.last_seen_at.type,
    "new_level": Incident.level.type,
}

Found = list[tuple[Any, ...]]


class AppState(NamedTuple):
    """What a batch must know of an app; its cards go to its own chats, else the default ones."""

    lowest_level: Level
    archived: bool
    chats: list[int]


class Statements:
    """What a batch reads and changes."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._apps = self._query(_APPS, App.id)
        self._repeated = self._query(_REPEATED, Report.uid)
        self._unresolved = self._query(_UNRESOLVED, Incident.fingerprint)
        self._past = self._query(_PAST, Incident.fingerprint)
        self._ids = Query(_LAST_IDS, (), dialect)
        if dialect.name == "postgresql":
            self._ids = Query(_next_ids(), ("incidents", "reports"), dialect)
        self._changes = changes_for(dialect, _changes(dialect.name))

    def change(self, cursor: DBAPICursor, rows: Mapping[str, Rows]) -> None:
        """Make the changes of these names with their rows, in this order."""
        self._changes.run(cursor, rows)

    def apps(self, cursor: DBAPICursor, ids: Iterable[int]) -> dict[int, AppState]:
        """Read what the batch must know of these apps."""
        apps: dict[int, AppState] = {}
        found = self._apps.run(cursor, as_list(list(ids), self._dialect))
        for app_id, lowest, archived, chat_id in found:
            app = apps.setdefault(app_id, AppState(lowest, archived, []))
            if chat_id is not None:
                app.chats.append(chat_id)
        return apps

    def repeated(self, cursor: DBAPICursor, uids: Sequence[UUID]) -> Found:
        """Read (app_id, uid, incident_id, status, count) of the reports that are there already."""
        if not uids:
            return []
        given = list(uids) if self._dialect.name == "postgresql" else [uid.hex for uid in uids]
        return self._repeated.run(cursor, as_list(given, self._dialect))  # type: ignore[arg-type]  # UUIDs where they are native

    def unresolved(self, cursor: DBAPICursor, fingerprints: Sequence[str]) -> Found:
        """Read (app_id, fingerprint, id, status, level, level_edited, count), of any app."""
        return self._unresolved.run(cursor, as_list(fingerprints, self._dialect))

    def past(self, cursor: DBAPICursor, fingerprints: Sequence[str]) -> Found:
        """Read (app_id, fingerprint, id) of the newest resolved incident of each fingerprint."""
        return self._past.run(cursor, as_list(fingerprints, self._dialect))

    def new_ids(
        self, cursor: DBAPICursor, incidents: int, reports: int
    ) -> tuple[Sequence[int], Sequence[int]]:
        """Take so many new row numbers of incidents and of reports, which are never fewer."""
        if self._dialect.name == "postgresql":
            pairs = self._ids.run(cursor, incidents, reports)
            return [incident for _, incident in pairs[:incidents]], [report for report, _ in pairs]
        # The transaction is IMMEDIATE: nobody else can take these numbers.
        ((incident, report),) = self._ids.run(cursor)
        return range(incident + 1, incident + incidents + 1), range(
            report + 1, report + reports + 1
        )

    def _query(self, statement: Any, column: InstrumentedAttribute[Any]) -> Query:
        return Query(
            statement.where(among(column, "list", self._dialect)), ("list",), self._dialect
        )


_LAST_IDS = select(
    select(func.coalesce(func.max(Incident.id), literal_column("0"))).scalar_subquery(),
    select(func.coalesce(func.max(Report.id), literal_column("0"))).scalar_subquery(),
)

_APPS = (
    select(App.id, App.lowest_level, App.archived_at.is_not(None), Chat.id)
    .outerjoin(AppChat, AppChat.app_id == App.id)
    .outerjoin(Chat, or_(Chat.id == AppChat.chat_id, AppChat.chat_id.is_(None) & Chat.is_default))
)

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


def _next_ids() -> "Select[int, int | None]":
    """Take numbers of both tables at once; the incidents' are those of the first rows."""
    series = func.generate_series(literal_column("1"), bindparam("reports", type_=Integer))
    row = series.table_valued(column("number", Integer)).render_derived().c.number
    new = row <= bindparam("incidents", type_=Integer)
    incident = func.nextval(literal_column("'incidents_id_seq'"), type_=BigInteger)
    report = func.nextval(literal_column("'reports_id_seq'"), type_=BigInteger)
    return select(report, case((new, incident))).select_from(row.table)


def _changes(dialect: str) -> dict[str, Change]:
    return {
        "incidents": insertion(insert_into(Incident, dialect), INCIDENT),
        "grown": Change(GROWN, _grown),
        "reports": insertion(insert_into(Report, dialect), REPORT),
        "logs": insertion(insert_into(Log, dialect), LOG),
        "raws": insertion(insert_into(Raw, dialect), RAW),
        "origins": insertion(insert_into(Origin, dialect), ORIGIN),
        "counts": insertion(_counted(dialect), COUNT),
        "entries": insertion(insert_into(Entry, dialect), ENTRY),
        "wanted": Change(WANTED, _wanted),
        "cards": insertion(insert_cards(dialect), CARD),
        "raised": raise_told(dialect),
    }


def _grown(given: Given) -> UpdateBase:
    return (
        update(Incident)
        .where(Incident.id == given["of_id"])
        .values(
            count=Incident.count + given["more"],
            last_seen_at=given["seen_at"],
            level=given["new_level"],
        )
    )


def _wanted(given: Given) -> UpdateBase:
    return (
        update(Card)
        .where(Card.incident_id == given["of_incident"])
        .values(wished(given["new_urgency"]))
    )


def _counted(dialect: str) -> Any:
    statement = insert_into(HourlyCount, dialect)
    return statement.on_conflict_do_update(
        index_elements=list(COUNT[:4]),
        set_={"count": HourlyCount.count + statement.excluded.count},
    )
