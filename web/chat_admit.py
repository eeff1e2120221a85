"""POST /chats/{chat}/policy: who of a chat may press there."""

from aiohttp import web

from core.chat_setup import set_policy
from core.errors import InvalidInput
from core.i18n import N_
from core.roles import Policy
from web.forms import text_in
from web.keys import DATABASE, FORM, TRANSLATOR
from web.pages import see_other
from web.roles import check_is_admin


async def chat_admit(request: web.Request) -> web.Response:
    check_is_admin(request)
    policy, chat_id = text_in(request[FORM], "policy"), int(request.match_info["chat"])
    if policy not in set(Policy):
        raise InvalidInput("policy", N_("This is not one of the choices."))
    async with request.app[DATABASE].writing() as session:
        await set_policy(session, chat_id, Policy(policy))
    return see_other(request, f"/chats#chat{chat_id}", request[TRANSLATOR]("Saved."))
