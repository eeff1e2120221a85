"""GET and POST /checks/{id}/edit: a check's name and plan."""

from aiohttp import web

from core.checks import edit_check, find_check
from core.errors import InvalidInput
from web.check_form import check_fields, check_form, filled_with
from web.keys import DATABASE, FORM, NOW, TRANSLATOR
from web.pages import see_other


async def check_edit(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        check = await find_check(session, int(request.match_info["id"]))
    return await check_form(request, filled_with(check), app_id=check.app_id, check=check)


async def check_change(request: web.Request) -> web.Response:
    check_id, now = int(request.match_info["id"]), request.app[NOW]()
    async with request.app[DATABASE].reading() as session:
        check = await find_check(session, check_id)
    try:
        fields = check_fields(request[FORM])
        async with request.app[DATABASE].writing() as session:
            await edit_check(session, now, check_id, name=fields.name, plan=fields.plan)
    except InvalidInput as error:
        return await check_form(
            request, request[FORM], app_id=check.app_id, check=check, fault=error
        )
    return see_other(request, f"/checks/{check_id}", request[TRANSLATOR]("Saved."))
