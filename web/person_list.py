"""GET /people: whom we know, and who may do what."""

from aiohttp import web

from core.people import people
from core.roles import Role, is_admin
from web.keys import DATABASE, SETTINGS
from web.pages import render


async def person_list(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        known = await people(session)
    configured = request.app[SETTINGS].admin_ids
    rows = [(one, one.role != Role.admin and is_admin(one, configured)) for one in known]
    return render(request, "person_list.html", rows=rows, roles=(None, *Role))
