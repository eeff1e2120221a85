"""GET /incidents/{id}/raw: the body that a report was read from, as it came."""

from aiohttp import web

from core.errors import NotFound
from core.origins import origin_of
from web.forms import id_in
from web.incident_evidence import find_report
from web.keys import DATABASE
from web.pages import PAGE_HEADERS


async def incident_raw(request: web.Request) -> web.Response:
    incident_id = int(request.match_info["id"])
    async with request.app[DATABASE].reading() as session:
        report = await find_report(session, incident_id, id_in(request.query, "report"))
        raw = await origin_of(session, report.id) if report else None
    if raw is None:
        raise NotFound("body", incident_id)
    name = f"incident-{incident_id}-{raw.format}.txt"
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=raw.body, content_type="text/plain", headers=headers)
