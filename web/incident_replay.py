"""POST /incidents/{id}/replay: read a report's body again, as another format, into new reports."""

from dataclasses import replace

from aiohttp import web

from core.errors import InvalidInput, NotFound
from core.i18n import N_
from core.origins import origin_of
from core.reports import RawBody
from web.forms import id_in, text_in
from web.incident_evidence import find_report
from web.incident_show import incident_page
from web.intake.drafts import Draft
from web.intake.format import Format
from web.intake.inbound import Inbound
from web.intake.registry import BY_NAME
from web.intake.taking import take_drafts
from web.keys import DATABASE, FORM, NOW, SETTINGS, TRANSLATOR
from web.pages import see_other

NOTHING_READ = N_("Read as %(format)s, this body says nothing.")


async def incident_replay(request: web.Request) -> web.Response:
    incident_id, form = int(request.match_info["id"]), request[FORM]
    known = BY_NAME.get(text_in(form, "format"))
    if known is None:
        raise NotFound("format", text_in(form, "format"))
    async with request.app[DATABASE].reading() as session:
        report = await find_report(session, incident_id, id_in(form, "report"))
        raw = await origin_of(session, report.id) if report else None
    if report is None or raw is None:
        raise NotFound("body", incident_id)
    t = request[TRANSLATOR]
    try:
        drafts = _read(request, known, raw)
    except InvalidInput as error:
        return await incident_page(request, incident_id, faults={"format": str(error)})
    if not drafts:
        fault = t(NOTHING_READ, format=known.title)
        return await incident_page(request, incident_id, faults={"format": fault})
    again = RawBody(known.name, raw.hints, raw.body, raw.truncated)
    taken = await take_drafts(request.app, known, drafts, report.app_id, again)
    found = next(filter(None, (one.number for one in taken)), incident_id)
    told = t("Read again as %(format)s.", format=known.title)
    return see_other(request, f"/incidents/{found}", told)


def _read(request: web.Request, known: Format, raw: RawBody) -> list[Draft]:
    """Read a body again; what it tells are new reports, not repetitions of the first ones."""
    inbound = Inbound(
        headers=raw.hints,
        body=raw.body,
        now=request.app[NOW](),
        max_depth=request.app[SETTINGS].max_depth,
    )
    return [replace(one, uid=None) for one in known.read(inbound) if isinstance(one, Draft)]
