"""GET and POST /apps/{id}/edit: an app's name, how its reports are taken and where its cards go."""

from aiohttp import web

from core.apps import edit_app, find_app
from core.chats import routes_of, set_routes
from core.errors import InvalidInput
from web.app_form import app_fields, app_form, chat_defaults, filled_with
from web.keys import DATABASE, FORM, INTAKE, TRANSLATOR
from web.pages import see_other


async def app_edit(request: web.Request) -> web.Response:
    app_id = int(request.match_info["id"])
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, app_id)
        chats = await routes_of(session, app_id)
    return await app_form(request, filled_with(app, chats), app=app)


async def app_change(request: web.Request) -> web.Response:
    app_id = int(request.match_info["id"])
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, app_id)
    try:
        fields = app_fields(request[FORM])
        async with request.app[DATABASE].writing() as session:
            await edit_app(
                session,
                app_id,
                name=fields.name,
                lowest_level=fields.lowest_level,
                quiet_hours=fields.quiet_hours,
            )
            await set_routes(session, app_id, fields.chats, chat_defaults(request))
    except InvalidInput as error:
        return await app_form(request, request[FORM], app=app, fault=error.field)
    request.app[INTAKE].gate.forget()
    return see_other(request, f"/apps/{app_id}", request[TRANSLATOR]("Saved."))
