"""GET /apps/{id}/checks/new and POST /apps/{id}/checks: a new check of an app."""

from aiohttp import web

from core.apps import find_app
from core.check_plans import slug_of
from core.checks import create_check
from core.errors import InvalidInput
from web.check_form import check_fields, check_form, empty_form
from web.keys import DATABASE, FORM, NOW, TRANSLATOR, ZONE
from web.pages import see_other


async def check_new(request: web.Request) -> web.Response:
    app_id = int(request.match_info["id"])
    return await check_form(request, empty_form(request[ZONE].key), app_id=app_id)


async def check_create(request: web.Request) -> web.Response:
    app_id, now = int(request.match_info["id"]), request.app[NOW]()
    try:
        fields = check_fields(request[FORM])
        slug = fields.slug or slug_of(fields.name)
        async with request.app[DATABASE].writing() as session:
            await find_app(session, app_id)
            check = await create_check(
                session, now, app_id, slug=slug, name=fields.name or slug, plan=fields.plan
            )
    except InvalidInput as error:
        return await check_form(request, request[FORM], app_id=app_id, fault=error)
    return see_other(request, f"/checks/{check.id}", request[TRANSLATOR]("Created."))
