"""POST /checks/{id}/{pause|resume|delete}: a check that is to be silent, heard again, or gone."""

from aiohttp import web

from core.checks import delete_check, pause, resume
from core.i18n import N_
from web.keys import DATABASE, TRANSLATOR
from web.pages import see_other

ACTIONS = {
    "pause": (pause, N_("Paused: its silence raises nothing.")),
    "resume": (resume, N_("Resumed: it waits for its next heartbeat.")),
    "delete": (delete_check, N_("Deleted.")),
}


async def check_act(request: web.Request) -> web.Response:
    check_id, verb = int(request.match_info["id"]), request.match_info["verb"]
    act, told = ACTIONS[verb]
    async with request.app[DATABASE].writing() as session:
        check = await act(session, check_id)
    page = f"/apps/{check.app_id}/checks" if verb == "delete" else f"/checks/{check_id}"
    return see_other(request, page, request[TRANSLATOR](told))
