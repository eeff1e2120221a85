"""GET /incidents/{id}/log: all lines that one report brought from one source, as a file."""

from collections.abc import Sequence

from aiohttp import web

from core.errors import NotFound
from core.logs import Tail, tails_of_report
from web.forms import id_in
from web.incident_evidence import find_report
from web.keys import DATABASE
from web.log_view import anchors_of
from web.pages import PAGE_HEADERS


async def incident_log(request: web.Request) -> web.Response:
    incident_id = int(request.match_info["id"])
    report_id = id_in(request.query, "report")
    async with request.app[DATABASE].reading() as session:
        report = await find_report(session, incident_id, report_id)
        tails = await tails_of_report(session, report.id) if report else []
    source = request.query.get("source", "")
    lines = _lines_of(tails, source)
    name = f"incident-{incident_id}-{anchors_of([source])[0]}.txt"
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    text = "".join(f"{line}\n" for line in lines)
    return web.Response(text=text, content_type="text/plain", headers=headers)


def _lines_of(tails: Sequence[Tail], source: str) -> list[str]:
    wanted = [tail for tail in tails if tail.source == source]
    if not wanted:
        raise NotFound("log", source)
    return [line for tail in wanted for line in tail.lines]
