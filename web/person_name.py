"""POST /people/{id}/role: name somebody viewer, responder, admin, or nothing of these."""

from aiohttp import web

from core.errors import InvalidInput
from core.i18n import N_
from core.roles import Role, name_person
from web.forms import text_in
from web.keys import DATABASE, FORM, TRANSLATOR
from web.pages import see_other
from web.roles import check_is_admin


async def person_name(request: web.Request) -> web.Response:
    check_is_admin(request)
    role = _role_in(text_in(request[FORM], "role"))
    async with request.app[DATABASE].writing() as session:
        await name_person(session, int(request.match_info["id"]), role)
    return see_other(request, "/people", request[TRANSLATOR]("Saved."))


def _role_in(text: str) -> Role | None:
    if text not in {"", *Role}:
        raise InvalidInput("role", N_("This is not one of the choices."))
    return Role(text) if text else None
