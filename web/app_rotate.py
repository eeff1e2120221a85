"""POST /apps/{id}/rotate: a new code, while the old one goes on working for a while.

The form names the newest code it knew of. Sent again, by a reload or by two people at once, it
makes no second code.
"""

from aiohttp import web

from core.apps import live_codes, rotate
from web.app_code import code_page
from web.forms import id_in
from web.keys import DATABASE, FORM, INTAKE, NOW, SETTINGS, TRANSLATOR
from web.pages import see_other


async def app_rotate(request: web.Request) -> web.Response:
    app_id, now = int(request.match_info["id"]), request.app[NOW]()
    overlap = request.app[SETTINGS].code_overlap
    known = id_in(request[FORM], "newest")
    async with request.app[DATABASE].writing() as session:
        codes = await live_codes(session, now, app_id)
        if codes and codes[0].id != known:
            t = request[TRANSLATOR]
            told = t("The code was rotated already; this did not do it again.")
            return see_other(request, f"/apps/{app_id}", told, good=False)
        new = await rotate(session, now, app_id, overlap)
    request.app[INTAKE].gate.forget()
    return code_page(request, new, old_works_for=overlap)
