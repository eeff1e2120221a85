"""POST /set-aside/updates/{id}/replay and …/discard: have an update handled again, or forgotten."""

from aiohttp import web

from core import inbox
from core.errors import NotFound
from web.keys import DATABASE, TRANSLATOR
from web.pages import see_other

PAGE = "/set-aside"


async def update_settle(request: web.Request) -> web.Response:
    replayed = request.match_info["how"] == "replay"
    settle = inbox.replay if replayed else inbox.discard
    t = request[TRANSLATOR]
    try:
        async with request.app[DATABASE].writing() as session:
            await settle(session, int(request.match_info["id"]))
    except NotFound:
        return see_other(request, PAGE, t("Somebody was first: it is settled."), good=False)
    told = t("It is handled again.") if replayed else t("Discarded.")
    return see_other(request, PAGE, told)
