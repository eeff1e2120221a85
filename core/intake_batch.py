"""One batch of reports in one transaction: reports, logs, incidents, counts, timeline and cards.

Every batch is folded by app and fingerprint first, so that an incident is written once however
many of its reports wait. Two processes may open the same incident at once: the unique index
stops the second, whose whole batch is then written again and finds the first one's incident.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor

from core import logs
from core.bulk import cursor_of
from core.changes import Rows
from core.db import hour_of
from core.errors import StorageError
from core.intake_sql import AppState, Statements
from core.levels import Level
from core.lifecycle import Status
from core.reports import Receipt, Report, search_text_of
from core.timeline import Kind, Source
from core.urgency import Urgency, urgency_of_more, urgency_of_new

Key = tuple[int, str]
Groups = dict[Key, "Group"]
Place = tuple["Group", int]
Numbered = tuple[int, int, Report]


@dataclass(frozen=True, slots=True)
class Refused:
    """The report's app was archived before the report was written."""


Result = Receipt | Refused


@dataclass(slots=True)
class Group:
    """The reports of one incident in this batch, and the incident as the database has it."""

    reports: list[Report] = field(default_factory=list)
    highest: Level = Level.debug
    incident_id: int = 0
    status: Status = Status.open
    level: Level | None = None
    level_edited: bool = False
    count: int = 0
    predecessor_id: int | None = None

    @property
    def new(self) -> bool:
        return self.count == 0

    @property
    def level_after(self) -> Level:
        if self.level is None:
            return self.highest
        return self.level if self.level_edited else max(self.level, self.highest)

    @property
    def raised(self) -> bool:
        return self.level is not None and self.level_after > self.level

    @property
    def urgency(self) -> Urgency:
        if self.new:
            return urgency_of_new(self.level_after)
        return urgency_of_more(self.level_after, raised=self.raised)

    @property
    def seen_at(self) -> datetime:
        return self.reports[-1].received_at

    def take(self, report: Report) -> Place:
        """Add a report; it has the next place among this batch's reports of the incident."""
        self.reports.append(report)
        self.highest = max(self.highest, report.level)
        return self, len(self.reports)

    def receipt(self, number: int) -> Receipt:
        report = self.reports[number - 1]
        new = self.new and number == 1
        return Receipt(report.uid, self.incident_id, self.status, new, self.count + number)


class BatchWriter:
    """Writes batches on connections of one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._sql = Statements(dialect)
        self._driver_error = dialect.loaded_dbapi.Error

    def write(self, connection: Connection, batch: Sequence[Report]) -> list[Result]:
        """Write a batch; the results stand in the order of the reports. Commits nothing.

        Raises StorageError.
        """
        cursor = cursor_of(connection)
        try:
            return self._write_with(cursor, batch)
        except self._driver_error as error:
            raise StorageError(str(error)) from error
        finally:
            cursor.close()

    def _write_with(self, cursor: DBAPICursor, batch: Sequence[Report]) -> list[Result]:
        apps = self._sql.apps(cursor, {report.app_id for report in batch})
        repeated = self._repeated(cursor, batch)
        groups: Groups = {}
        places: list[Place | Result] = []
        for report in batch:
            if apps[report.app_id].archived:
                places.append(Refused())
            elif report.uid_is_senders:
                places.append(_placed_once(report, groups, repeated))
            else:
                places.append(_placed(report, groups))
        if groups:
            self._find_incidents(cursor, groups)
            self._write(cursor, groups, apps)
        return [_result_of(place) for place in places]

    def _repeated(
        self, cursor: DBAPICursor, batch: Sequence[Report]
    ) -> dict[tuple[int, UUID], Place | Result]:
        uids = [report.uid for report in batch if report.uid_is_senders]
        return {
            (app_id, uid): Receipt(uid, incident_id, status, False, count)
            for app_id, uid, incident_id, status, count in self._sql.repeated(cursor, uids)
        }

    def _find_incidents(self, cursor: DBAPICursor, groups: Groups) -> None:
        fingerprints = [fingerprint for _, fingerprint in groups]
        for *key, number, status, level, edited, count in self._sql.unresolved(
            cursor, fingerprints
        ):
            if group := groups.get((key[0], key[1])):
                group.incident_id, group.status, group.count = number, status, count
                group.level, group.level_edited = level, edited
        fresh = {key: group for key, group in groups.items() if group.new}
        if not fresh:
            return
        fresh_fingerprints = [fingerprint for _, fingerprint in fresh]
        for app_id, fingerprint, number in self._sql.past(cursor, fresh_fingerprints):
            if group := fresh.get((app_id, fingerprint)):
                group.predecessor_id = number

    def _write(self, cursor: DBAPICursor, groups: Groups, apps: dict[int, AppState]) -> None:
        fresh = [(key, group) for key, group in groups.items() if group.new]
        # In the order of their ids, so that two processes never wait for each other in a ring.
        grown = sorted(
            (group for group in groups.values() if not group.new), key=lambda one: one.incident_id
        )
        told = [(key, group) for key, group in groups.items() if group.new or group.raised]
        reports = self._numbered(cursor, groups, [group for _, group in fresh])
        raws, origins = _origin_rows(reports)
        self._sql.change(
            cursor,
            {
                "incidents": [_incident_row(*pair) for pair in fresh],
                "grown": [_grown_row(group) for group in grown],
                "reports": [_report_row(*numbered) for numbered in reports],
                "logs": _log_rows(reports),
                "raws": raws,
                "origins": origins,
                "counts": _count_rows(groups),
                "entries": [_entry_row(group) for _, group in told],
                "wanted": [(group.incident_id, group.urgency) for group in grown],
                "cards": _card_rows(told, apps),
            },
        )

    def _numbered(
        self, cursor: DBAPICursor, groups: Groups, fresh: Sequence[Group]
    ) -> list[Numbered]:
        """Number the new incidents, and all reports."""
        pairs = [(group, report) for group in groups.values() for report in group.reports]
        incident_ids, report_ids = self._sql.new_ids(cursor, len(fresh), len(pairs))
        for group, incident_id in zip(fresh, incident_ids, strict=True):
            group.incident_id = incident_id
        return [
            (number, group.incident_id, report)
            for number, (group, report) in zip(report_ids, pairs, strict=True)
        ]


def _placed(report: Report, groups: Groups) -> Place:
    key = (report.app_id, report.fingerprint)
    group = groups.get(key)
    if group is None:
        group = groups[key] = Group()
    return group.take(report)


def _placed_once(
    report: Report, groups: Groups, known: dict[tuple[int, UUID], Place | Result]
) -> Place | Result:
    """Place a report whose sender gave it its id, unless that is written or waits already."""
    identity = (report.app_id, report.uid)
    place = known.get(identity)
    if place is None:
        place = known[identity] = _placed(report, groups)
    return place


def _result_of(place: Place | Result) -> Result:
    if isinstance(place, tuple):
        group, number = place
        return group.receipt(number)
    return place


def _incident_row(key: Key, group: Group) -> tuple[Any, ...]:
    first = group.reports[0]
    return (
        group.incident_id,
        *key,
        group.status,
        group.level_after,
        False,
        first.title,
        first.message,
        len(group.reports),
        first.received_at,
        group.seen_at,
        group.predecessor_id,
        search_text_of(first.title, first.message),
    )


def _grown_row(group: Group) -> tuple[Any, ...]:
    return group.incident_id, len(group.reports), group.seen_at, group.level_after


def _report_row(number: int, incident_id: int, report: Report) -> tuple[Any, ...]:
    return (
        number,
        report.app_id,
        incident_id,
        report.uid,
        report.level,
        report.title,
        report.message,
        report.tags or None,
        report.context or None,
        report.dropped,
        report.occurred_at,
        report.received_at,
    )


def _log_rows(reports: Sequence[Numbered]) -> list[tuple[Any, ...]]:
    parts = [(number, report.app_id, part) for number, _, report in reports for part in report.logs]
    bodies = logs.pack_all([part.text for _, _, part in parts])
    return [
        (number, app_id, part.source, part.truncated, part.note, body)
        for (number, app_id, part), body in zip(parts, bodies, strict=True)
    ]


def _origin_rows(reports: Sequence[Numbered]) -> tuple[Rows, Rows]:
    """Write each body once, under the number of the first report read from it, and whose it is."""
    read = [(number, report.raw) for number, _, report in reports if report.raw]
    first = {id(raw): (number, raw) for number, raw in reversed(read)}
    bodies = logs.pack_bytes([raw.body for _, raw in first.values()])
    raws = [
        (number, raw.format, dict(raw.hints), raw.truncated, body)
        for (number, raw), body in zip(first.values(), bodies, strict=True)
    ]
    return raws, [(number, first[id(raw)][0]) for number, raw in read]


def _count_rows(groups: Groups) -> list[tuple[Any, ...]]:
    counts: dict[tuple[datetime, int, Level, int], int] = {}
    for (app_id, _), group in groups.items():
        for report in group.reports:
            hour = hour_of(report.received_at)
            key = (hour, app_id, report.level, group.incident_id)
            counts[key] = counts.get(key, 0) + 1
    return [(*key, counts[key]) for key in sorted(counts)]


def _card_rows(
    told: Sequence[tuple[Key, Group]], apps: dict[int, AppState]
) -> list[tuple[Any, ...]]:
    return [
        (group.incident_id, chat_id, 1, 0, 0, group.seen_at, group.urgency)
        for (app_id, _), group in told
        if group.level_after >= apps[app_id].lowest_level
        for chat_id in apps[app_id].chats
    ]


def _entry_row(group: Group) -> tuple[Any, ...]:
    data: dict[str, Any] = {"level": group.level_after.name}
    if group.predecessor_id:
        data["predecessor"] = group.predecessor_id
    kind = Kind.opened if group.new else Kind.level_raised
    return group.incident_id, group.reports[0].received_at, kind, Source.app, "", data
