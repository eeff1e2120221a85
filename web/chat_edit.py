"""POST /chats/{chat}/edit: the language, the time zone and the sound of a chat."""

from aiohttp import web

from core.chats import edit_chat
from core.errors import InvalidInput
from core.i18n import N_
from web.chat_list import chat_page
from web.forms import text_in
from web.keys import DATABASE, FORM, TRANSLATOR
from web.pages import see_other

FIELDS = ("locale", "time_zone", "loud_from")
FAULTS = {
    "locale": N_("This is not one of the choices."),
    "loud_from": N_("This is not one of the choices."),
    "time_zone": N_("Write the name of a time zone, such as Europe/Moscow."),
}


async def chat_edit(request: web.Request) -> web.Response:
    chat_id = int(request.match_info["chat"])
    typed = {name: text_in(request[FORM], name) for name in FIELDS}
    try:
        async with request.app[DATABASE].writing() as session:
            await edit_chat(session, chat_id, **typed)
    except InvalidInput as error:
        faults = {error.field: FAULTS[error.field]}
        return await chat_page(request, chat_id=chat_id, typed=typed, faults=faults)
    return see_other(request, f"/chats#chat{chat_id}", request[TRANSLATOR]("Saved."))
