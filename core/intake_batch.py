"""One batch of reports in one transaction: reports, logs, incidents, counts, timeline and cards.

Every batch is folded by app and fingerprint first, so that an incident is written once however
many of its reports wait. Two processes may open the same incident at once: the unique index
stops the second, whose whole batch is then written again and finds the first one's incident.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Dialect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.asyncio import AsyncSession

from core import intake_rows as rows
from core.bulk import cursor_of
from core.db import ring_after_commit
from core.errors import StorageError
from core.intake_groups import Group, Groups, Place, Refused, Result, placed, placed_once, result_of
from core.intake_sql import AppState, Statements
from core.reports import Receipt, Report


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
                places.append(placed_once(report, groups, repeated))
            else:
                places.append(placed(report, groups))
        if groups:
            self._find_incidents(cursor, groups)
            self._write(cursor, groups, apps)
        return [result_of(place) for place in places]

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
        raws, origins = rows.origin_rows(reports)
        self._sql.change(
            cursor,
            {
                "incidents": [rows.incident_row(*pair) for pair in fresh],
                "grown": [rows.grown_row(group) for group in grown],
                "reports": [rows.report_row(*numbered) for numbered in reports],
                "logs": rows.log_rows(reports),
                "raws": raws,
                "origins": origins,
                "counts": rows.count_rows(groups),
                "entries": [rows.entry_row(group) for _, group in told],
                "wanted": [(group.incident_id, group.urgency) for group in grown],
                "cards": rows.card_rows(told, apps),
                "raised": [rows.raised_row(*pair) for pair in told if pair[1].is_alarming],
            },
        )

    def _numbered(
        self, cursor: DBAPICursor, groups: Groups, fresh: Sequence[Group]
    ) -> list[rows.Numbered]:
        """Number the new incidents, and all reports."""
        pairs = [(group, report) for group in groups.values() for report in group.reports]
        incident_ids, report_ids = self._sql.new_ids(cursor, len(fresh), len(pairs))
        for group, incident_id in zip(fresh, incident_ids, strict=True):
            group.incident_id = incident_id
        return [
            (number, group.incident_id, report)
            for number, (group, report) in zip(report_ids, pairs, strict=True)
        ]


async def write_reports(session: AsyncSession, reports: Sequence[Report]) -> list[Result]:
    """Write reports of our own in the caller's transaction, with the fact they are about."""
    await session.flush()
    connection = await session.connection()
    results = await connection.run_sync(_writer_for(connection.dialect).write, reports)
    ring_after_commit(session)
    return results


@lru_cache(maxsize=2)
def _writer_for(dialect: Dialect) -> BatchWriter:
    return BatchWriter(dialect)
