"""What one report of an incident brought along: its logs, tags and context."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.incident_list import reports_of
from core.logs import last_report_with_logs, tails_of_report
from core.models import Report
from core.origins import origin_of
from core.reports import RawBody
from web.log_view import LogView, log_views


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report and what it brought; `context` is readable JSON, `raw` what it was read from."""

    report: Report
    logs: Sequence[LogView]
    context: str
    raw: RawBody | None


async def evidence_of(
    session: AsyncSession, incident_id: int, report_id: int | None
) -> Evidence | None:
    """Read what the chosen report brought, else the newest one with logs, else the newest.

    Raises NotFound for a report that is not this incident's.
    """
    report_id = report_id or await last_report_with_logs(session, incident_id)
    report = await find_report(session, incident_id, report_id)
    if report is None:
        return None
    tails = await tails_of_report(session, report.id)
    context = json.dumps(report.context, indent=2, ensure_ascii=False) if report.context else ""
    raw = await origin_of(session, report.id)
    return Evidence(report, log_views(tails), context, raw)


async def find_report(
    session: AsyncSession, incident_id: int, report_id: int | None
) -> Report | None:
    """Find one of an incident's reports, the newest when none is named. Raises NotFound."""
    before = report_id + 1 if report_id else None
    found = (await reports_of(session, incident_id, before, size=1)).rows
    if report_id and (not found or found[0].id != report_id):
        raise NotFound("report", report_id)
    return found[0] if found else None
