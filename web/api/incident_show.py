"""GET /api/v1/incidents/{id}: the incident, its timeline and its reports.

The timeline is the oldest entry first, the reports are the newest first, 50 at a time:
`reports_cursor` is the `next_reports_cursor` of the answer before. `telegram` is the address of a
card in a supergroup, or null.
"""

from aiohttp import web

from core.incident_list import reports_of
from core.incidents import find
from core.shown import telegram_link_of
from core.timeline import timeline
from web import keys
from web.api.shapes import entry_shape, incident_shape, report_shape
from web.api.token import with_token
from web.forms import id_in


@with_token
async def incident(request: web.Request) -> web.Response:
    incident_id = int(request.match_info["id"])
    cursor = id_in(request.query, "reports_cursor")
    async with request.app[keys.DATABASE].reading() as session:
        found = await find(session, incident_id)
        entries = await timeline(session, incident_id)
        reports = await reports_of(session, incident_id, cursor)
        link = await telegram_link_of(session, incident_id)
    shape = incident_shape(found, request.app[keys.SETTINGS].base_url)
    return web.json_response(
        {
            "incident": {**shape, "telegram": link},
            "timeline": [entry_shape(entry) for entry in entries],
            "reports": [report_shape(report) for report in reports.rows],
            "next_reports_cursor": reports.next_cursor,
        }
    )
