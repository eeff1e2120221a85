"""POST /incidents/{id}/comment: say something about an incident, for all to read."""

from aiohttp import web

from core.errors import InvalidInput
from core.i18n import N_
from core.incidents import comment
from web.auth import actor_of
from web.forms import text_in
from web.incident_show import incident_page
from web.keys import DATABASE, FORM, NOW, TRANSLATOR
from web.pages import see_other

FAULT = N_("A comment has 1 to 4000 characters.")


async def incident_comment(request: web.Request) -> web.Response:
    incident_id, form = int(request.match_info["id"]), request[FORM]
    text = text_in(form, "text")
    try:
        async with request.app[DATABASE].writing() as session:
            await comment(session, request.app[NOW](), incident_id, actor_of(request), text)
    except InvalidInput:
        faults = {"text": FAULT}
        return await incident_page(request, incident_id, faults=faults, typed={"text": text})
    t = request[TRANSLATOR]
    return see_other(request, f"/incidents/{incident_id}#timeline", t("Comment added."))
