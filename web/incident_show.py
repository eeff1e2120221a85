"""GET /incidents/{id}: everything that is known of one incident, and what can be done about it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.apps import all_apps
from core.checks import check_of_incident
from core.incident_list import reports_of
from core.incidents import COMMENT_CHARS, TITLE_CHARS, find
from core.levels import Level
from core.lifecycle import actions_of
from core.models import Incident
from core.people import people
from core.timeline import MAX_SHOWN, timeline
from web.forms import Values, id_in
from web.incident_evidence import evidence_of
from web.incident_timeline import facts_of
from web.intake.registry import FORMATS
from web.keys import DATABASE, TRANSLATOR, ZONE
from web.pages import render

NO_FAULTS: Mapping[str, str] = {}


async def incident_show(request: web.Request) -> web.Response:
    return await incident_page(request, int(request.match_info["id"]))


async def incident_page(
    request: web.Request,
    incident_id: int,
    *,
    faults: Mapping[str, str] = NO_FAULTS,
    typed: Values = NO_FAULTS,
) -> web.Response:
    """Write an incident's page; with faults beside the fields of a form that was not accepted."""
    async with request.app[DATABASE].reading() as session:
        incident = await find(session, incident_id)
        values = await _values(session, incident, request.query)
        entries = await timeline(session, incident_id)
    return render(
        request,
        "incident_show.html",
        status=400 if faults else 200,
        incident=incident,
        actions=actions_of(incident.status),
        facts=facts_of(entries, request[TRANSLATOR], request[ZONE]),
        facts_are_cut=len(entries) == MAX_SHOWN,
        levels=tuple(Level),
        formats=FORMATS,
        title_chars=TITLE_CHARS,
        comment_chars=COMMENT_CHARS,
        faults=faults,
        typed=typed,
        **values,
    )


async def _values(session: AsyncSession, incident: Incident, query: Values) -> dict[str, Any]:
    report_id, before = id_in(query, "report"), id_in(query, "before")
    apps = await all_apps(session)
    return {
        "evidence": await evidence_of(session, incident.id, report_id),
        "reports": await reports_of(session, incident.id, before),
        "first_page": before is None,
        "successor": await _successor(session, incident),
        "check": await check_of_incident(session, incident),
        "people": await people(session),
        "apps": [app for app in apps if app.archived_at is None or app.id == incident.app_id],
    }


async def _successor(session: AsyncSession, incident: Incident) -> int | None:
    """Find the incident that the same trouble opened after this one was resolved."""
    later = (
        select(Incident.id)
        .where(Incident.fingerprint == incident.fingerprint, Incident.app_id == incident.app_id)
        .where(Incident.id > incident.id)
        .order_by(Incident.id)
        .limit(1)
    )
    return (await session.scalars(later)).one_or_none()
