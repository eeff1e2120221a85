"""POST /apps/{id}/mute and /apps/{id}/unmute: an app's cards without sound for a while."""

from datetime import timedelta

from aiohttp import web

from core.apps import find_app
from core.errors import InvalidInput
from core.i18n import N_
from core.silences import end_silence, silence
from web.auth import actor_of
from web.forms import text_in
from web.keys import DATABASE, FORM, NOW, TRANSLATOR
from web.pages import see_other

LENGTHS = {
    "1h": (timedelta(hours=1), N_("1 hour")),
    "4h": (timedelta(hours=4), N_("4 hours")),
    "1d": (timedelta(days=1), N_("1 day")),
    "7d": (timedelta(days=7), N_("7 days")),
}


async def app_mute(request: web.Request) -> web.Response:
    app_id, now, form = int(request.match_info["id"]), request.app[NOW](), request[FORM]
    chosen = LENGTHS.get(text_in(form, "length"))
    if chosen is None:
        raise InvalidInput("length", N_("This is not one of the choices."))
    async with request.app[DATABASE].writing() as session:
        app = await find_app(session, app_id)
        until, reason = now + chosen[0], text_in(form, "reason")
        await silence(session, now, app, until, reason, actor_of(request))
    told = request[TRANSLATOR]("Muted: its cards come without a sound.")
    return see_other(request, f"/apps/{app_id}", told)


async def app_unmute(request: web.Request) -> web.Response:
    app_id = int(request.match_info["id"])
    async with request.app[DATABASE].writing() as session:
        await end_silence(session, request.app[NOW](), await find_app(session, app_id))
    told = request[TRANSLATOR]("Its cards sound again.")
    return see_other(request, f"/apps/{app_id}", told)
