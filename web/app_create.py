"""GET /apps/new and POST /apps: write down a program that will report."""

from aiohttp import web

from core.apps import register
from core.chats import set_routes
from core.errors import InvalidInput
from web.app_code import code_page
from web.app_form import EMPTY, app_fields, app_form, chat_defaults
from web.keys import DATABASE, FORM, NOW


async def app_new(request: web.Request) -> web.Response:
    return await app_form(request, EMPTY)


async def app_create(request: web.Request) -> web.Response:
    try:
        fields = app_fields(request[FORM])
        async with request.app[DATABASE].writing() as session:
            new = await register(
                session, request.app[NOW](), fields.name, fields.lowest_level, fields.quiet_hours
            )
            await set_routes(session, new.app.id, fields.chats, chat_defaults(request))
    except InvalidInput as error:
        return await app_form(request, request[FORM], fault=error.field)
    return code_page(request, new)
